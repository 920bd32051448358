package io.harmonica.cli;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.Sampler;
import io.harmonica.cli.sampling.RouterDescription;
import io.harmonica.cli.sampling.RunnableModel;
import io.harmonica.train.TrainableRouter;
import io.harmonica.router.RouterFile;
import io.harmonica.router.Router;
import io.harmonica.plan.PlanTarget;
import io.harmonica.train.RouterTrainer;
import io.harmonica.train.RouterTrainerConfig;
import io.harmonica.search.TargetRecipe;
import io.harmonica.search.TargetTrainer;
import io.harmonica.diffusion.ConditioningSource;
import io.harmonica.train.TrainingListener;
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
  /** The published one of DiT-XL/2 at T = 20. */
  private static final double USUAL_UTILISATION = 0.375;

  @Mixin private TrainedModelOptions modelOptions;

  @Mixin private SamplingOptions sampling;

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
      description =
          "trajectories of step-wise training between two saves of the whole state"
              + " (${DEFAULT-VALUE})")
  private int every;

  @Mixin private TargetOptions targets;
  @Mixin private TrainingOptions training;
  @Mixin private DeviceOption device;

  @Override
  public Integer call() throws IOException {
    RouterTrainerConfig config = training.config();
    Outputs.requireFolderOf(out);
    try (NDManager manager = device.open();
        RunnableModel model = modelOptions.open(manager)) {
      Sampler sampler = sampling.sampler(model, config.seed());
      Guidance guidance = sampling.guidance(model);
      Optional<TargetRecipe> recipe =
          target(manager, model, sampler, guidance).map(training::towards);
      TrainableRouter router;
      try (TrainingProgressBar progress = new TrainingProgressBar()) {
        router = train(manager, model, sampler, guidance, recipe, progress);
      }
      Router scores =
          router.scores(
              RouterDescription.provenance(
                  model,
                  sampler,
                  guidance,
                  config.threshold(),
                  config.seed(),
                  recipe.map(TargetRecipe::settings).orElseGet(config::settings),
                  LibraryVersion.text()));
      RouterFile.write(out, scores);
      System.out.printf(
          "router %s: CUR %.1f%%, theoretical speed-up %.2fx%n",
          out,
          100 * scores.plan(config.threshold()).cacheUtilisation(),
          model.denoiser().cost().speedup(scores.plan(config.threshold())));
    }
    return 0;
  }

  private Optional<PlanTarget> target(
      NDManager manager, RunnableModel model, Sampler sampler, Guidance guidance) {
    Optional<PlanTarget> asked = targets.target(manager, model, sampler, guidance);
    return asked.isEmpty() && training.needsTarget()
        ? Optional.of(
            TargetOptions.utilisation(model, sampler.schedule().steps(), USUAL_UTILISATION))
        : asked;
  }

  private TrainableRouter train(
      NDManager manager,
      RunnableModel model,
      Sampler sampler,
      Guidance guidance,
      Optional<TargetRecipe> recipe,
      TrainingListener listener)
      throws IOException {
    RouterTrainer.CheckpointPlan saving =
        new RouterTrainer.CheckpointPlan(
            out.resolveSibling(out.getFileName() + ".checkpoint"),
            every,
            resume,
            model.hash() + " " + model.settings());
    Shape sample = model.sampleShape();
    ConditioningSource batches = model.trainingBatches();
    return recipe.isPresent()
        ? new TargetTrainer(model.denoiser(), sampler, guidance, sample, batches, recipe.get())
            .train(manager, Optional.of(saving), listener)
        : new RouterTrainer(model.denoiser(), sampler, guidance, sample, batches, training.config())
            .train(manager, saving, listener);
  }
}
