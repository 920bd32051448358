package io.harmonica.cli;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.compare.ComparisonFiles;
import io.harmonica.cli.compare.ComparisonOutcome;
import io.harmonica.cli.compare.Entrant;
import io.harmonica.cli.compare.ImageComparison;
import io.harmonica.cli.compare.Machine;
import io.harmonica.cli.compare.Standing;
import io.harmonica.cli.compare.Yardstick;
import io.harmonica.cli.fashion.BundledClassifier;
import io.harmonica.cli.sampling.ImageDecoder;
import io.harmonica.cli.sampling.RunnableModel;
import io.harmonica.eval.BenchmarkSettings;
import io.harmonica.files.LibraryVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs policies side by side on the same noise and reports what each saves and costs. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Compares rules, routers and fewer steps on the same noise.")
final class CompareCommand implements Callable<Integer> {
  /** Images of each entrant in the report. */
  private static final int SHOWN = 10;

  @Mixin private ModelOptions modelOptions;
  @Mixin private SamplingOptions sampling;
  @Mixin private EntrantOptions entrantOptions;
  @Mixin private SampleSetOptions sampleSet;

  @Option(
      names = "--batch",
      defaultValue = "20",
      description = "samples at once (${DEFAULT-VALUE})")
  private int batch;

  @Option(names = "--seed", defaultValue = "1", description = "the noise's seed (${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "where results.csv, results.json and report.html go")
  private Path out;

  @Option(
      names = "--vae",
      paramLabel = "PATH",
      description =
          "the autoencoder that makes images of a latent model's samples; PixArt pipelines bring"
              + " their own")
  private Path vae;

  @Mixin private DeviceOption device;

  @Override
  public Integer call() throws IOException {
    entrantOptions.check();
    BenchmarkSettings settings =
        new BenchmarkSettings(sampling.steps(), sampleSet.samples(), batch, seed);
    Outputs.prepareFolder(out);
    try (NDManager manager = device.open();
        SampleSetOptions.Asked asked = sampleSet.open(manager, modelOptions);
        ImageDecoder decoder = ImageDecoder.open(manager, asked.model(), autoencoder(asked))) {
      if (modelOptions.bundled()) {
        try (BundledClassifier classifier = BundledClassifier.open(manager)) {
          Yardstick yardstick = new Yardstick(classifier, asked.labels());
          run(manager, settings, asked, comparison(asked, decoder, Optional.of(yardstick)));
        }
      } else {
        run(manager, settings, asked, comparison(asked, decoder, Optional.empty()));
      }
    }
    return 0;
  }

  private Optional<Path> autoencoder(SampleSetOptions.Asked asked) {
    return vae == null ? asked.model().autoencoder() : Optional.of(vae);
  }

  private ImageComparison comparison(
      SampleSetOptions.Asked asked, ImageDecoder decoder, Optional<Yardstick> yardstick) {
    RunnableModel model = asked.model();
    return new ImageComparison(model, sampling.setup(model), decoder, yardstick);
  }

  private void run(
      NDManager manager,
      BenchmarkSettings settings,
      SampleSetOptions.Asked asked,
      ImageComparison comparison)
      throws IOException {
    List<Entrant> entrants = entrantOptions.entrants(comparison.setup());
    List<Standing> standings;
    try (Progress progress = new Progress("sampling", settings.samples())) {
      standings =
          comparison.run(
              manager,
              settings,
              entrants,
              asked.requests(),
              i -> i < SHOWN,
              done -> progress.to(done, "of each of %d policies".formatted(entrants.size() + 1)));
    }
    Map<String, String> facts = Machine.facts(manager.getDevice());
    facts.put("libraryVersion", LibraryVersion.text());
    ComparisonFiles files =
        new ComparisonFiles(ComparisonOutcome.of(comparison, settings, facts, standings));
    files.write(out);
    System.out.print(files.table());
    System.out.println("report: " + out.resolve("report.html"));
  }
}
