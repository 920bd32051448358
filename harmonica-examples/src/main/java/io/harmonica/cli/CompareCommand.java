package io.harmonica.cli;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.compare.ComparisonFiles;
import io.harmonica.cli.compare.ComparisonOutcome;
import io.harmonica.cli.compare.ImageComparison;
import io.harmonica.cli.compare.LabelledClassifier;
import io.harmonica.cli.compare.Machine;
import io.harmonica.cli.compare.OpenStudy;
import io.harmonica.cli.compare.OtherWork;
import io.harmonica.eval.BenchmarkSettings;
import io.harmonica.eval.Candidate;
import io.harmonica.eval.CandidateResult;
import io.harmonica.files.LibraryVersion;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.PipelineOptions;
import io.harmonica.work.Workers;
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
  /** Images of each candidate in the report. */
  private static final int SHOWN = 10;

  @Mixin private ModelOptions modelOptions;
  @Mixin private SamplingOptions sampling;
  @Mixin private CandidateOptions candidateOptions;
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
  @Mixin private WorkersOption spread;

  @Override
  public Integer call() throws IOException {
    candidateOptions.check();
    BenchmarkSettings settings =
        new BenchmarkSettings(sampling.steps(), sampleSet.samples(), batch, seed);
    spread.check();
    Outputs.prepareFolder(out);
    try (NDManager manager = device.openFirst();
        SampleSetOptions.Asked asked = sampleSet.open(manager, modelOptions, options(manager))) {
      try (BundledJudge judge = BundledJudge.of(manager, modelOptions, asked)) {
        run(manager, settings, asked, comparison(asked, judge.classifier()));
      }
    }
    return 0;
  }

  private PipelineOptions options(NDManager manager) {
    PipelineOptions options = modelOptions.options(manager.getDevice());
    return vae == null ? options : options.autoencoder(vae);
  }

  private ImageComparison comparison(
      SampleSetOptions.Asked asked, Optional<LabelledClassifier> classifier) {
    DiffusionPipeline pipeline = asked.pipeline();
    return new ImageComparison(pipeline, sampling.setup(pipeline), asked.subjects(), classifier);
  }

  private void run(
      NDManager manager,
      BenchmarkSettings settings,
      SampleSetOptions.Asked asked,
      ImageComparison comparison)
      throws IOException {
    List<Candidate> candidates = candidateOptions.candidates(comparison.setup());
    List<CandidateResult> results;
    OtherWork others = OtherWork.fromNow();
    try (Workers<OpenStudy> workers =
            spread.ofStudy(
                device.devices(),
                () -> modelOptions.specOfClasses().withAutoencoder(vae),
                sampling,
                asked,
                settings.batches());
        Progress progress = new Progress("sampling", settings.samples())) {
      results =
          comparison.run(
              workers == null ? comparison.here() : workers,
              settings,
              candidates,
              IntStream.range(0, SHOWN),
              done -> progress.to(done, "of each of %d policies".formatted(candidates.size() + 1)));
    }
    Map<String, String> facts = Machine.facts(manager.getDevice());
    facts.put("libraryVersion", LibraryVersion.text());
    others.describe(facts);
    ComparisonFiles files =
        new ComparisonFiles(ComparisonOutcome.of(comparison, settings, facts, results));
    files.write(out);
    System.out.print(files.table());
    others.warning().ifPresent(System.err::println);
    System.out.println("report: " + out.resolve("report.html"));
    spread.foresee();
  }
}
