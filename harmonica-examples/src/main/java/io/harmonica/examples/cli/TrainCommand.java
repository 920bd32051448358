package io.harmonica.examples.cli;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.Sampler;
import io.harmonica.examples.sampling.PixArtPipeline;
import io.harmonica.examples.sampling.Prompts;
import io.harmonica.examples.sampling.RouterDescription;
import io.harmonica.examples.sampling.RunnableModel;
import io.harmonica.router.Router;
import io.harmonica.router.RouterFile;
import io.harmonica.router.RouterScores;
import io.harmonica.train.RouterTrainer;
import io.harmonica.train.RouterTrainerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains a cache router. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Trains a cache router; needs no images.")
final class TrainCommand implements Callable<Integer> {
  @Mixin private ModelOptions modelOptions;

  @Mixin private SamplingOptions sampling;

  @Option(
      names = "--prompts",
      paramLabel = "FILE",
      description =
          "for PixArt: what to train with, one prompt a line, or \"bundled\" for our own list"
              + " (bundled)")
  private String prompts;

  @Mixin private CaptionOptions captions;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "ROUTER",
      description = "where the router goes: .safetensors, or .pt for the public Python code")
  private Path out;

  @Option(
      names = "--resume",
      description = "go on from ROUTER.checkpoint if an interrupted training left one")
  private boolean resume;

  @Option(
      names = "--checkpoint-every",
      defaultValue = "20",
      description = "trajectories between two saves of the whole state (${DEFAULT-VALUE})")
  private int every;

  @Mixin private TrainingOptions training;
  @Mixin private DeviceOption device;

  @Override
  public Integer call() throws IOException {
    RouterTrainerConfig config = training.config();
    Outputs.requireFolderOf(out);
    try (NDManager manager = device.open();
        RunnableModel model = open(manager)) {
      Sampler sampler = sampling.sampler(model, config.seed());
      Guidance guidance = sampling.guidance(model);
      RouterTrainer trainer =
          new RouterTrainer(
              model.denoiser(),
              sampler,
              guidance,
              model.sampleShape(),
              model.trainingBatches(),
              config);
      RouterTrainer.CheckpointPlan saving =
          new RouterTrainer.CheckpointPlan(
              out.resolveSibling(out.getFileName() + ".checkpoint"),
              every,
              resume,
              model.hash() + " " + model.settings());
      Router router;
      try (TrainingProgressBar progress = new TrainingProgressBar(config.trajectories())) {
        router = trainer.train(manager, saving, progress);
      }
      RouterScores scores =
          router.scores(
              RouterDescription.provenance(
                  model, sampler, guidance, config, LibraryVersion.text()));
      RouterFile.write(out, scores);
      System.out.printf(
          "router %s: CUR %.1f%%, theoretical speed-up %.2fx%n",
          out,
          100 * scores.plan(config.threshold()).cacheUtilisation(),
          model.denoiser().cost().speedup(scores.plan(config.threshold())));
    }
    return 0;
  }

  private RunnableModel open(NDManager manager) throws IOException {
    Optional<PixArtPipeline> pipeline = modelOptions.pipeline();
    if (pipeline.isEmpty()) {
      captions.refuseForLabels(prompts != null, "--prompts");
      return modelOptions.openDit(manager);
    }
    // A training that is not told otherwise goes on with the embeddings that it finds.
    Optional<Prompts> asked =
        prompts == null && captions.saved()
            ? Optional.empty()
            : Optional.of(Prompts.read(prompts == null ? "bundled" : prompts, captions.negative()));
    return modelOptions.openPixArt(
        manager, pipeline.get(), captions.open(manager, pipeline.get(), asked));
  }
}
