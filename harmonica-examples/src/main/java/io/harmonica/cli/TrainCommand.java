package io.harmonica.cli;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.sampling.RunnableModel;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.PlanTarget;
import io.harmonica.router.Router;
import io.harmonica.search.TargetRecipe;
import io.harmonica.search.TargetTrainer;
import io.harmonica.search.TargetTrainingListener;
import io.harmonica.train.RouterTrainer;
import java.io.IOException;
import java.nio.file.Files;
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
    training.config(); // refuses bad settings before a model is opened
    Outputs.requireFolderOf(out);
    try (NDManager manager = device.open();
        RunnableModel model = modelOptions.open(manager)) {
      SamplingSetup setup = sampling.setup(model);
      Optional<TargetRecipe> recipe = target(manager, setup).map(training::towards);
      Router router;
      try (TrainingProgressBar progress = new TrainingProgressBar()) {
        router = train(manager, setup, recipe, progress);
      }
      router.write(out);
      Files.deleteIfExists(checkpoint());
      System.out.printf(
          "router %s: CUR %.1f%%, theoretical speed-up %.2fx%n",
          out,
          100 * router.uncheckedPlan().cacheUtilisation(),
          model.denoiser().cost().speedup(router.uncheckedPlan()));
    }
    return 0;
  }

  private Optional<PlanTarget> target(NDManager manager, SamplingSetup setup) {
    Optional<PlanTarget> asked = targets.target(manager, setup);
    return asked.isEmpty() && training.needsTarget()
        ? Optional.of(TargetOptions.utilisation(setup, USUAL_UTILISATION))
        : asked;
  }

  private Path checkpoint() {
    return out.resolveSibling(out.getFileName() + ".checkpoint");
  }

  private Router train(
      NDManager manager,
      SamplingSetup setup,
      Optional<TargetRecipe> recipe,
      TargetTrainingListener listener)
      throws IOException {
    RouterTrainer.CheckpointPlan saving =
        new RouterTrainer.CheckpointPlan(checkpoint(), every, resume);
    return recipe.isPresent()
        ? new TargetTrainer(setup, recipe.get()).train(manager, Optional.of(saving), listener)
        : new RouterTrainer(setup, training.config()).train(manager, saving, listener);
  }
}
