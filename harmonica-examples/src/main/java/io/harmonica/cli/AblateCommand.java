package io.harmonica.cli;

import io.harmonica.cli.ablation.Ablation;
import io.harmonica.cli.ablation.AblationFiles;
import io.harmonica.cli.ablation.AblationPlan;
import io.harmonica.cli.ablation.VariantTraining;
import io.harmonica.cli.compare.OpenStudy;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.eval.BenchmarkSettings;
import io.harmonica.files.LibraryVersion;
import io.harmonica.work.Workers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Trains variants of the recipes and compares them. */
@Command(
    name = "ablate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Trains variants of the recipes for several targets and seeds and compares them, to see"
            + " what each part is worth. Routers that are there are not trained again.")
final class AblateCommand implements Callable<Integer> {
  @Mixin private StudyOptions options;
  @Mixin private AblationOptions ablation;

  @Override
  public Integer call() throws IOException {
    options.open(this::run);
    return 0;
  }

  private void run(StudyOptions.Open study) throws IOException {
    BenchmarkSettings settings = options.settings();
    SamplingSetup setup = study.comparison().setup();
    AblationPlan plan = ablation.plan(setup.fit().sampler(), setup.guidance().written(), settings);
    VariantTraining training =
        new VariantTraining(
            study.comparison().pipeline(), plan, ablation.images(), LibraryVersion.text());
    Path out = options.out();
    Ablation.Outcome outcome;
    try (Workers<OpenStudy> workers = options.workers(study, training.pieces());
        AblationProgress progress = new AblationProgress(settings.samples())) {
      Optional<VariantTraining.Help> help =
          Optional.ofNullable(workers)
              .map(others -> new VariantTraining.Help(others, ablation.imagesFolder()));
      outcome =
          new Ablation(training, study.comparison()).run(help, out.resolve("routers"), progress);
    }
    AblationFiles files = new AblationFiles(outcome);
    files.write(out);
    System.out.print(files.table());
    System.out.println("report: " + out.resolve("report.html"));
  }
}
