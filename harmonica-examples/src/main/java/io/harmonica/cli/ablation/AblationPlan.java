package io.harmonica.cli.ablation;

import io.harmonica.cli.recipe.Recipe;
import io.harmonica.eval.BenchmarkSettings;
import io.harmonica.plan.PlanTarget;
import io.harmonica.search.PlanSearchConfig;
import io.harmonica.train.LearningToCacheConfig;
import io.harmonica.train.RouterTrainerConfig;
import java.io.Serializable;
import java.util.List;

/**
 * All that an ablation needs beside the model: what results.json keeps of it is enough to do it
 * again.
 *
 * @param steps T
 * @param sampler the sampler's name
 * @param guidance the guidance scale
 * @param targets parts of all branches to reuse
 * @param variants names of {@linkplain Variant variants}
 * @param seeds the trainings' seeds
 * @param ours how long the default recipe and its variants train
 * @param published how long the published recipes train
 * @param images how Learning-to-Cache trains, where there are images for it; its seed is one of the
 *     seeds
 * @param threshold tau
 * @param rounds rounds of refinement
 * @param forwards guided forward passes in a round
 * @param weightUpdates optimiser steps that learn the forecasts' weights
 * @param calibration samples on which plans are measured
 * @param rules rules that take part beside, as in a comparison
 * @param samples samples of each router and rule
 * @param batch samples at once
 * @param noiseSeed the seed of the samples' noise
 */
public record AblationPlan(
    int steps,
    String sampler,
    double guidance,
    List<Double> targets,
    List<String> variants,
    List<Long> seeds,
    Budget ours,
    Budget published,
    LearningToCacheConfig images,
    double threshold,
    int rounds,
    long forwards,
    int weightUpdates,
    int calibration,
    List<String> rules,
    int samples,
    int batch,
    long noiseSeed)
    implements Serializable {

  /**
   * How long a recipe trains.
   *
   * @param trajectories trajectories of T - 1 optimiser steps
   * @param batch samples in a trajectory
   * @param learningRate AdamW's rate
   * @param refreshSteps C: optimiser steps between measurements of the image error
   */
  public record Budget(int trajectories, int batch, double learningRate, int refreshSteps)
      implements Serializable {
    RouterTrainerConfig applied(RouterTrainerConfig preset) {
      return preset
          .withTrajectories(trajectories)
          .withBatch(batch)
          .withLearningRate(learningRate)
          .withRefreshSteps(refreshSteps);
    }
  }

  /**
   * Checks the settings before anything has run.
   *
   * @param branches branches of the model
   * @throws IllegalArgumentException if one is out of range
   */
  public void check(int branches) {
    if (targets.isEmpty() || seeds.isEmpty() || variants.isEmpty()) {
      throw new IllegalArgumentException(
          "an ablation has %d targets, %d variants and %d seeds, expected at least one of each"
              .formatted(targets.size(), variants.size(), seeds.size()));
    }
    for (double target : targets) {
      variants.forEach(
          name -> recipe(Variant.of(name), PlanTarget.utilisation(steps, branches, target), 0));
    }
    benchmark();
  }

  /** The training of a variant. */
  Recipe recipe(Variant variant, PlanTarget target, long seed) {
    PlanSearchConfig search =
        PlanSearchConfig.harmonized(target)
            .withRounds(rounds, forwards)
            .withUpdates(weightUpdates)
            .withCalibration(calibration)
            .withSeed(seed);
    return variant.recipe(
        new RecipeShape(
            search,
            ours.applied(RouterTrainerConfig.harmonized()).withThreshold(threshold),
            published
                .applied(RouterTrainerConfig.paper())
                .withThreshold(threshold)
                .withSeed(seed)
                .steeredTo(target)));
  }

  LearningToCacheConfig images(long seed) {
    return images.withSeed(seed);
  }

  /** {@return how the routers are compared} */
  public BenchmarkSettings benchmark() {
    return new BenchmarkSettings(steps, samples, batch, noiseSeed);
  }
}
