package io.harmonica.cli;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.ablation.Ablation;
import io.harmonica.cli.ablation.AblationFiles;
import io.harmonica.cli.ablation.AblationPlan;
import io.harmonica.cli.ablation.VariantTraining;
import io.harmonica.cli.compare.ImageComparison;
import io.harmonica.cli.compare.LabelledClassifier;
import io.harmonica.cli.compare.OpenStudy;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.eval.BenchmarkSettings;
import io.harmonica.files.LibraryVersion;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.PipelineOptions;
import io.harmonica.work.Workers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains variants of the recipes and compares them. */
@Command(
    name = "ablate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Trains variants of the recipes for several targets and seeds and compares them, to see"
            + " what each part is worth. Routers that are there are not trained again.")
final class AblateCommand implements Callable<Integer> {
  @Mixin private ModelOptions modelOptions;
  @Mixin private SamplingOptions sampling;
  @Mixin private AblationOptions ablation;
  @Mixin private SampleSetOptions sampleSet;

  @Option(
      names = "--batch",
      defaultValue = "20",
      description = "samples at once in the comparison (${DEFAULT-VALUE})")
  private int batch;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "the seed of the comparison's noise (${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "where results.csv, results.json, report.html and the routers go")
  private Path out;

  @Option(
      names = "--vae",
      paramLabel = "PATH",
      description = "the autoencoder that makes images of a latent model's samples")
  private Path vae;

  @Mixin private DeviceOption device;
  @Mixin private WorkersOption spread;

  @Override
  public Integer call() throws IOException {
    BenchmarkSettings settings =
        new BenchmarkSettings(sampling.steps(), sampleSet.samples(), batch, seed);
    spread.check();
    Outputs.prepareFolder(out);
    try (NDManager manager = device.openFirst();
        SampleSetOptions.Asked asked = sampleSet.open(manager, modelOptions, options(manager))) {
      try (BundledJudge judge = BundledJudge.of(manager, modelOptions, asked)) {
        run(settings, asked, judge.classifier());
      }
    }
    return 0;
  }

  private PipelineOptions options(NDManager manager) {
    PipelineOptions options = modelOptions.options(manager.getDevice());
    return vae == null ? options : options.autoencoder(vae);
  }

  private void run(
      BenchmarkSettings settings,
      SampleSetOptions.Asked asked,
      Optional<LabelledClassifier> classifier)
      throws IOException {
    DiffusionPipeline pipeline = asked.pipeline();
    SamplingSetup setup = sampling.setup(pipeline);
    AblationPlan plan = ablation.plan(setup.fit().sampler(), setup.guidance().written(), settings);
    ImageComparison comparison = new ImageComparison(pipeline, setup, asked.subjects(), classifier);
    VariantTraining training =
        new VariantTraining(pipeline, plan, ablation.images(), LibraryVersion.text());
    Ablation.Outcome outcome;
    try (Workers<OpenStudy> workers =
            spread.ofStudy(
                device.devices(),
                () -> modelOptions.specOfClasses().withAutoencoder(vae),
                sampling,
                asked,
                plan.trainings());
        AblationProgress progress = new AblationProgress(settings.samples())) {
      Optional<VariantTraining.Help> help =
          Optional.ofNullable(workers)
              .map(others -> new VariantTraining.Help(others, ablation.imagesFolder()));
      outcome = new Ablation(training, comparison).run(help, out.resolve("routers"), progress);
    }
    AblationFiles files = new AblationFiles(outcome);
    files.write(out);
    System.out.print(files.table());
    System.out.println("report: " + out.resolve("report.html"));
    spread.foresee();
  }
}
