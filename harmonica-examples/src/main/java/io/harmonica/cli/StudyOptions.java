package io.harmonica.cli;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.compare.BundledJudge;
import io.harmonica.cli.compare.ImageComparison;
import io.harmonica.cli.compare.OpenStudy;
import io.harmonica.eval.BenchmarkSettings;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.PipelineOptions;
import io.harmonica.work.Workers;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a comparison and an ablation have in common: a model, its samples and who makes them. */
final class StudyOptions {
  @Mixin private ModelOptions models;
  @Mixin private SamplingOptions sampling;
  @Mixin private SampleSetOptions samples;

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
      description = "where results.csv, results.json and report.html go, and routers if any")
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

  /**
   * A study whose model is open.
   *
   * @param manager owns what it needs
   * @param comparison how its samples are compared
   * @param asked the samples
   */
  record Open(NDManager manager, ImageComparison comparison, SampleSetOptions.Asked asked) {}

  /** What a command does with it. */
  @FunctionalInterface
  interface Work {
    void run(Open study) throws IOException;
  }

  Path out() {
    return out;
  }

  BenchmarkSettings settings() {
    return new BenchmarkSettings(sampling.steps(), samples.samples(), batch, seed);
  }

  /** Opens the model, does the work, closes it and says what more workers would have saved. */
  void open(Work work) throws IOException {
    // Refuses bad numbers before anything is opened.
    settings();
    spread.check();
    samples.requireShared(spread, models);
    Outputs.prepareFolder(out);
    try (NDManager manager = device.openFirst();
        SampleSetOptions.Asked asked = samples.open(manager, models, options(manager));
        BundledJudge judge = BundledJudge.of(manager, models.spec(), asked.labels())) {
      DiffusionPipeline pipeline = asked.pipeline();
      ImageComparison comparison =
          new ImageComparison(
              pipeline, sampling.setup(pipeline), asked.subjects(), judge.classifier());
      work.run(new Open(manager, comparison, asked));
    }
    spread.foresee();
  }

  private PipelineOptions options(NDManager manager) {
    PipelineOptions options = models.options(manager.getDevice());
    Inputs.requireAutoencoder(vae);
    return vae == null ? options : options.autoencoder(vae);
  }

  /**
   * Finds who else works.
   *
   * @param study what they work on
   * @param pieces how many pieces of work there are
   * @return the workers, which the caller closes; null if this process does all of it, which a
   *     try-with-resources takes
   * @throws IOException if the cluster does not answer
   */
  Workers<OpenStudy> workers(Open study, int pieces) throws IOException {
    return spread.ofStudy(
        device.devices(),
        () -> samples.spec(models).withAutoencoder(vae),
        sampling,
        study.asked(),
        pieces);
  }
}
