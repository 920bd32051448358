package io.harmonica.cli;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.fashion.ImageTraining;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanTarget;
import io.harmonica.router.Router;
import io.harmonica.train.LearningToCacheConfig;
import io.harmonica.train.ThresholdChoice;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains the rival that needs images. */
@Command(
    name = "train-l2c",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Trains a router as Learning-to-Cache does, on real images: for DDIM, without guidance;"
            + " every second step alone may reuse.")
final class TrainLearningToCacheCommand implements Callable<Integer> {
  @Mixin private ModelOptions modelOptions;

  @Option(
      names = "--steps",
      required = true,
      paramLabel = "T",
      description = "steps of a trajectory; a router serves one number alone")
  private int steps;

  @Mixin private LearningToCacheOptions training;

  @Option(
      names = "--target-cur",
      paramLabel = "RATIO",
      description =
          "choose the threshold so that this part of all branches is reused, about 0.5 at most"
              + " since every second step computes everything")
  private Double utilisation;

  @Mixin private RouterFileOptions file;

  @Option(
      names = "--checkpoint-every",
      defaultValue = "500",
      description = "updates between two saves of the whole state (${DEFAULT-VALUE})")
  private int every;

  @Mixin private DeviceOption device;

  @Override
  public Integer call() throws IOException {
    LearningToCacheConfig config = training.config();
    if (utilisation != null && !(utilisation >= 0 && utilisation <= most())) {
      throw new IllegalArgumentException(
          "--target-cur is %s, expected 0 to %.3f: every second of %d steps computes everything"
              .formatted(utilisation, most(), steps));
    }
    file.check();
    if (modelOptions.pixArt().isPresent()) {
      throw new IllegalArgumentException(
          "--model is a PixArt pipeline, the images are of Fashion-MNIST; give a model of it, such as"
              + " the bundled one");
    }
    try (NDManager manager = device.open();
        DiffusionPipeline pipeline =
            modelOptions.open(modelOptions.options(manager.getDevice()).withoutAutoencoder())) {
      ImageTraining images = new ImageTraining(pipeline, training.images(), steps);
      Router scores = train(manager, images, config);
      double threshold = scores.threshold();
      CachePlan plan = scores.uncheckedPlan();
      System.out.printf(
          "router %s: threshold %.4f, CUR %.1f%%, theoretical speed-up %.2fx%n",
          file.out(),
          threshold,
          100 * plan.cacheUtilisation(),
          pipeline.model().denoiser().cost().speedup(plan));
    }
    return 0;
  }

  /** What is reused if every second step reuses everything. */
  private double most() {
    int reusing = steps / 2;
    return steps < 1 ? 0 : (double) reusing / steps;
  }

  private Router train(NDManager manager, ImageTraining images, LearningToCacheConfig config)
      throws IOException {
    Router router;
    try (TrainingProgressBar progress = new TrainingProgressBar()) {
      router = images.train(manager, config, file.saving(every), progress);
    }
    if (utilisation != null) {
      int branches = router.branches();
      router =
          router.withThreshold(
              ThresholdChoice.meeting(
                  router, PlanTarget.utilisation(steps, branches, utilisation)));
    }
    file.write(router);
    return router;
  }
}
