package io.harmonica.cli;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.recipe.Recipe;
import io.harmonica.cli.work.ModelOpener;
import io.harmonica.cli.work.OpenSetup;
import io.harmonica.cli.work.SetupOpener;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.plan.PlanTarget;
import io.harmonica.router.Router;
import io.harmonica.train.RouterTrainer.CheckpointPlan;
import io.harmonica.work.Workers;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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

  @Mixin private RouterFileOptions file;

  @Mixin private TargetOptions targets;
  @Mixin private TrainingOptions training;
  @Mixin private DeviceOption device;
  @Mixin private WorkersOption spread;

  @Override
  public Integer call() throws IOException {
    training.check();
    file.check();
    if (training.forecasts()) {
      file.requireForecasts();
    }
    spread.check();
    modelOptions.requireShared(spread);
    try (NDManager manager = device.openFirst();
        DiffusionPipeline pipeline = modelOptions.open(manager)) {
      SamplingSetup setup = sampling.setup(pipeline);
      Recipe recipe = training.recipe(target(manager, setup));
      CheckpointPlan saving = file.saving(training.checkpointEvery());
      Router router;
      // Whoever is not there is not closed either.
      try (Workers<OpenSetup> workers = workers(pipeline);
          TrainingProgressBar progress = new TrainingProgressBar()) {
        Recipe.Site site = new Recipe.Site(manager, setup, Optional.ofNullable(workers));
        router = recipe.train(site, saving, progress);
      }
      file.write(router);
      System.out.printf(
          "router %s: CUR %.1f%%, theoretical speed-up %.2fx%n",
          file.out(),
          100 * router.uncheckedPlan().cacheUtilisation(),
          setup.cost().speedup(router.uncheckedPlan()));
      spread.foresee();
    }
    return 0;
  }

  private Workers<OpenSetup> workers(DiffusionPipeline pipeline) throws IOException {
    if (!spread.given(device.devices())) {
      return null;
    }
    ModelOpener opener = ModelOpener.of(modelOptions.spec(), pipeline, device.devices());
    return spread.others(device.devices(), new SetupOpener(opener, sampling.spec())).orElse(null);
  }

  private Optional<PlanTarget> target(NDManager manager, SamplingSetup setup) {
    Optional<PlanTarget> asked = targets.target(manager, setup);
    return asked.isEmpty() && training.needsTarget()
        ? Optional.of(TargetOptions.utilisation(setup, USUAL_UTILISATION))
        : asked;
  }
}
