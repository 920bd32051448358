package io.harmonica.examples.cli;

import ai.djl.ndarray.NDManager;
import io.harmonica.eval.BenchmarkSettings;
import io.harmonica.examples.compare.ComparisonFiles;
import io.harmonica.examples.compare.ComparisonOutcome;
import io.harmonica.examples.compare.Entrant;
import io.harmonica.examples.compare.ImageComparison;
import io.harmonica.examples.compare.Machine;
import io.harmonica.examples.compare.Standing;
import io.harmonica.examples.compare.Yardstick;
import io.harmonica.examples.fashion.BundledClassifier;
import io.harmonica.examples.sampling.ImageDecoder;
import io.harmonica.examples.sampling.RunnableDit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
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

  @Option(
      names = "--samples",
      defaultValue = "200",
      description = "samples of each policy, of all classes in turn (${DEFAULT-VALUE})")
  private int samples;

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
      description = "the autoencoder that makes images of a latent model's samples")
  private Path vae;

  @Mixin private DeviceOption device;

  @Override
  public Integer call() throws IOException {
    entrantOptions.check();
    BenchmarkSettings settings = new BenchmarkSettings(sampling.steps(), samples, batch, seed);
    Outputs.prepareFolder(out);
    try (NDManager manager = device.open();
        RunnableDit dit = modelOptions.openDit(manager);
        ImageDecoder decoder = ImageDecoder.open(manager, dit, Optional.ofNullable(vae))) {
      List<Entrant> entrants = entrantOptions.entrants(dit, sampling.sampler(dit, seed));
      if (modelOptions.bundled()) {
        int[] labels = labels(dit);
        try (BundledClassifier classifier = BundledClassifier.open(manager)) {
          Optional<Yardstick> yardstick = Optional.of(new Yardstick(classifier, labels));
          run(manager, dit, comparison(dit, decoder, yardstick), settings, entrants);
        }
      } else {
        run(manager, dit, comparison(dit, decoder, Optional.empty()), settings, entrants);
      }
    }
    return 0;
  }

  private ImageComparison comparison(
      RunnableDit dit, ImageDecoder decoder, Optional<Yardstick> yardstick) {
    return new ImageComparison(
        dit, sampling.sampler(dit, seed).name(), sampling.guidance(dit), decoder, yardstick);
  }

  private void run(
      NDManager manager,
      RunnableDit dit,
      ImageComparison comparison,
      BenchmarkSettings settings,
      List<Entrant> entrants)
      throws IOException {
    List<Standing> standings;
    try (Progress progress = new Progress("sampling", samples)) {
      standings =
          comparison.run(
              manager,
              settings,
              entrants,
              dit.requests(labels(dit)),
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

  /** All classes in turn, or where there are more than samples, evenly spread ones. */
  private int[] labels(RunnableDit dit) {
    int classes = dit.model().config().numClasses();
    return IntStream.range(0, samples)
        .map(i -> samples < classes ? (int) ((long) i * classes / samples) : i % classes)
        .toArray();
  }
}
