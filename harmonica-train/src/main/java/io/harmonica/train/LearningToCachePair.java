package io.harmonica.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.cache.FeatureHistory;
import io.harmonica.diffusion.DdimSampler;
import io.harmonica.diffusion.DenoisingLoop;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.NoiseLevel;
import io.harmonica.diffusion.Scalars;
import io.harmonica.diffusion.Trajectory;
import io.harmonica.plan.ForecastRule;

/**
 * One update of Learning-to-Cache (Ma et al., 2024): real images are noised to a step that computes
 * everything, DDIM takes them to the next step, and there the student that may reuse is compared
 * with full computation. No guidance.
 */
final class LearningToCachePair {
  private final GuidedDenoiser model;
  private final DdimSampler sampler;
  private final SdtObjective objective;

  LearningToCachePair(GuidedDenoiser model, DdimSampler sampler, SdtObjective objective) {
    this.model = model;
    this.sampler = sampler;
    this.objective = objective;
  }

  /**
   * Runs an update's forward and backward pass.
   *
   * @param scope owns what is found
   * @param router the router
   * @param step the step that computes everything, in execution order; the next one learns
   * @param images x_0, [n, C, H, W]
   * @param noise of the same shape
   * @return error and gradient at the step after
   */
  Student.Pass run(
      NDManager scope, TrainableRouter router, int step, NDArray images, NDArray noise) {
    NoiseLevel level = sampler.schedule().level(step);
    try (NDManager inner = scope.newSubManager();
        FeatureHistory history = new FeatureHistory(inner, router.branches(), 1)) {
      NDArray noisy = Scalars.times(images, level.alpha()).add(Scalars.times(noise, level.sigma()));
      noisy.attach(inner);
      try (Trajectory ddim =
          sampler.from(step).start(inner, noisy, model.denoiser().prediction())) {
        DenoisingLoop.step(
            inner,
            ddim,
            (owner, x, time) -> model.predict(x, time, cache(history, step, owner).fill()));
        NDArray x = ddim.x().duplicate();
        x.attach(inner);
        // The cache serves this one step and is not written again.
        boolean[] none = new boolean[router.branches()];
        return new Student(model, router, objective)
            .learn(scope, step + 1, ddim.timestep(), x, cache(history, step + 1, inner), none);
      }
    }
  }

  private static StudentCache cache(FeatureHistory history, int step, NDManager owner) {
    return new StudentCache(history, step, ForecastRule.REUSE, owner);
  }
}
