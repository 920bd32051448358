package io.harmonica.cli.ablation;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.fashion.FashionMnist;
import io.harmonica.cli.fashion.ImageTraining;
import io.harmonica.cli.recipe.Recipe;
import io.harmonica.cli.recipe.RouterShelf;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.plan.PlanTarget;
import io.harmonica.router.Router;
import io.harmonica.train.LearningToCacheConfig;
import io.harmonica.train.ThresholdChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Trains an ablation's routers.
 *
 * @param pipeline runs the model
 * @param plan what to train
 * @param images what Learning-to-Cache trains on; empty to leave it out
 * @param libraryVersion for the routers' provenance
 */
public record VariantTraining(
    DiffusionPipeline pipeline,
    AblationPlan plan,
    Optional<FashionMnist> images,
    String libraryVersion) {
  /** The rival's name among the variants. */
  public static final String LEARNING_TO_CACHE = "learning-to-cache";

  /** Watches the trainings. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Called before a training begins.
     *
     * @param name the router's name
     * @return watches this one
     */
    Recipe.Listener training(String name);
  }

  /**
   * Trains all that is not there yet.
   *
   * @param manager its device runs the trainings; everything made under it is freed
   * @param folder where the routers are kept
   * @param listener watches
   * @return the routers: by target, variant and seed
   * @throws IOException if a file cannot be read or written
   * @throws IllegalArgumentException if a router is there that was trained otherwise
   */
  public List<TrainedVariant> run(NDManager manager, Path folder, Listener listener)
      throws IOException {
    check();
    RouterShelf shelf = new RouterShelf(folder);
    List<TrainedVariant> all = new ArrayList<>();
    for (double target : plan.targets()) {
      if (images.isPresent()) {
        for (long seed : plan.seeds()) {
          all.add(fromImages(manager, shelf, target, seed, listener));
        }
      }
      for (String name : plan.variants()) {
        for (long seed : plan.seeds()) {
          all.add(steered(manager, shelf, Variant.of(name), target, seed, listener));
        }
      }
    }
    return all;
  }

  private void check() {
    plan.check(pipeline.model().denoiser().layout().branches());
    int reusing = plan.steps() / 2;
    double most = (double) reusing / plan.steps();
    for (double target : plan.targets()) {
      if (images.isPresent() && target > most) {
        throw new IllegalArgumentException(
            "target %s is beyond Learning-to-Cache, which reuses %.3f at most since every second step"
                    .formatted(target, most)
                + " computes everything; give a lower one or no images");
      }
    }
  }

  private TrainedVariant steered(
      NDManager manager,
      RouterShelf shelf,
      Variant variant,
      double target,
      long seed,
      Listener listener)
      throws IOException {
    SamplingSetup setup = setup();
    Recipe recipe = plan.recipe(variant, target(target), seed);
    String name = "%s-%s-seed%d".formatted(variant.text(), TrainedVariant.percent(target), seed);
    Router scores =
        shelf.get(
            name,
            recipe.provenance(setup),
            saving ->
                recipe.train(new Recipe.Site(manager, setup), saving, listener.training(name)));
    return new TrainedVariant(
        variant.text(), target, seed, scores, scores.threshold(), shelf.seconds(name));
  }

  /** One training serves all targets: they differ in the threshold alone. */
  private TrainedVariant fromImages(
      NDManager manager, RouterShelf shelf, double target, long seed, Listener listener)
      throws IOException {
    LearningToCacheConfig config = plan.images(seed);
    ImageTraining training = new ImageTraining(pipeline, images.orElseThrow(), plan.steps());
    String name = "%s-seed%d".formatted(LEARNING_TO_CACHE, seed);
    Router scores =
        shelf.get(
            name,
            training.provenance(config),
            saving -> training.train(manager, config, saving, listener.training(name)));
    return new TrainedVariant(
        LEARNING_TO_CACHE,
        target,
        seed,
        scores,
        ThresholdChoice.meeting(scores, target(target)),
        shelf.seconds(name));
  }

  private PlanTarget target(double utilisation) {
    return PlanTarget.utilisation(
        plan.steps(), pipeline.model().denoiser().layout().branches(), utilisation);
  }

  private SamplingSetup setup() {
    return pipeline.setup(plan.steps(), plan.sampler()).withGuidance(plan.guidance());
  }
}
