package io.harmonica.cli;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.bench.BenchSuite;
import io.harmonica.cli.bench.Clock;
import io.harmonica.cli.bench.Workbench;
import io.harmonica.cli.compare.OtherWork;
import io.harmonica.files.AtomicFiles;
import io.harmonica.pipeline.ClassModel;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.ModelFamily;
import io.harmonica.pipeline.PipelineOptions;
import io.harmonica.pipeline.RunnableModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures what the library itself costs. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Measures what the library itself costs, one figure a line: median and quartiles of"
            + " interleaved rounds.")
final class BenchCommand implements Callable<Integer> {
  @Option(
      names = "--only",
      split = ",",
      paramLabel = "NAME",
      description = "measure these figures, and those that come with them; else all")
  private Set<String> only = new LinkedHashSet<>();

  @Option(
      names = "--model",
      paramLabel = "PATH",
      description =
          "measure cached sampling, training and bfloat16 on this model of classes, with its usual"
              + " sampler and guidance; else all figures on the models that the targets are for")
  private Path model;

  @Mixin private FamilyOptions described;

  @Option(names = "--list", description = "name the figures and measure nothing")
  private boolean list;

  @Option(names = "--rounds", defaultValue = "5", description = "rounds (${DEFAULT-VALUE})")
  private int rounds;

  @Option(
      names = "--steps",
      defaultValue = "10",
      description = "T of the trajectories (${DEFAULT-VALUE})")
  private int steps;

  @Option(
      names = "--clock",
      defaultValue = "wall",
      description =
          "wall, or cpu: processor time, for a machine with other work; needs OMP_NUM_THREADS=1"
              + " (${DEFAULT-VALUE})")
  private Clock clock;

  @Option(names = "--json", paramLabel = "FILE", description = "write the lines to a file as well")
  private Path json;

  @Mixin private DeviceOption device;

  @Override
  public Integer call() throws IOException {
    BenchSuite suite = suite();
    if (list) {
      suite.names().forEach(System.out::println);
      return 0;
    }
    if (json != null) {
      Outputs.requireFolderOf(json);
    }
    StringBuilder lines = new StringBuilder();
    OtherWork others = OtherWork.fromNow();
    try (NDManager manager = device.open()) {
      suite.run(
          new Workbench(manager, rounds, steps, clock),
          only,
          figure -> {
            String line = figure.toJson();
            System.out.println(line);
            lines.append(line).append('\n');
          });
    }
    others.warning().ifPresent(System.err::println);
    if (json != null) {
      AtomicFiles.writeString(json, lines.toString());
    }
    return 0;
  }

  private BenchSuite suite() throws IOException {
    if (model == null) {
      if (described.family() != null || described.config() != null) {
        throw new IllegalArgumentException("--family and --config describe a --model; give one");
      }
      return BenchSuite.usual();
    }
    PipelineOptions asked = described.options();
    ModelFamily found = DiffusionPipeline.family(model, asked);
    return BenchSuite.of((manager, precision) -> open(found, manager, asked.precision(precision)));
  }

  private ClassModel open(ModelFamily found, NDManager manager, PipelineOptions options)
      throws IOException {
    RunnableModel opened = found.open(manager, model, options);
    if (opened instanceof ClassModel classes) {
      return classes;
    }
    opened.close();
    throw new IllegalArgumentException("--model is " + model + ", which knows no classes");
  }
}
