package io.harmonica.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.cache.PlannedCache;
import io.harmonica.plan.CachePlan;

/** Samples a batch: the one way through the code for a sampling step. */
public final class DenoisingLoop {
  private DenoisingLoop() {}

  /** Watches a run of the loop. */
  @FunctionalInterface
  public interface Listener {
    /** Listens to nothing. */
    Listener NONE = (step, x, cacheBytes) -> {};

    /**
     * Called after each step.
     *
     * @param step the step that was taken, in execution order
     * @param x the sample after it, [n, C, H, W]; valid during the call, duplicate it to keep it
     * @param cacheBytes size of the cache after the step
     */
    void afterStep(int step, NDArray x, long cacheBytes);
  }

  /**
   * Runs a trajectory from noise to x_0 under a plan.
   *
   * @param manager owns the result; everything else is freed
   * @param model the model bound to the batch's conditioning
   * @param sampler the sampler
   * @param plan which branches to compute at each step
   * @param noise x_T, [n, C, H, W]
   * @param listener called after each step
   * @return x_0, [n, C, H, W]
   * @throws IllegalArgumentException if the plan was made for other steps or branches, or weighs
   *     the two halves of a guided batch differently and the run has no guidance, or the noise has
   *     another number of samples than the conditioning
   */
  public static NDArray sample(
      NDManager manager,
      GuidedDenoiser model,
      Sampler sampler,
      CachePlan plan,
      NDArray noise,
      Listener listener) {
    check(plan, sampler, model);
    check(noise, model);
    try (NDManager scope = manager.newSubManager();
        Trajectory trajectory = sampler.start(scope, noise, model.denoiser().prediction());
        PlannedCache cache = new PlannedCache(scope, plan)) {
      for (int step = 0; step < plan.steps(); step++) {
        int now = step;
        step(scope, trajectory, (owner, x, time) -> model.predict(x, time, cache.step(now, owner)));
        listener.afterStep(step, trajectory.x(), cache.bytes());
      }
      return Outputs.copy(trajectory.x(), manager);
    }
  }

  /** One forward pass of a model, whatever it caches, trains or measures. */
  @FunctionalInterface
  public interface Pass {

    /**
     * Runs the model.
     *
     * @param owner freed with the step
     * @param x the sample, [n, C, H, W], owned by the owner
     * @param timestep the model's time
     * @return the model's output, which moves the trajectory
     */
    NDArray output(NDManager owner, NDArray x, double timestep);
  }

  /**
   * Takes one step: a forward pass at the trajectory's sample, and the sampler's move. Sampling,
   * training and measuring all step this way.
   *
   * @param parent the manager under which the step's arrays live until it ends
   * @param trajectory moves by one step
   * @param pass the forward pass; if it fails the trajectory stays where it is
   * @throws IllegalStateException if the trajectory has ended; the pass is not run
   */
  public static void step(NDManager parent, Trajectory trajectory, Pass pass) {
    try (NDManager owner = parent.newSubManager()) {
      NDArray x = Outputs.copy(trajectory.x(), owner);
      trajectory.advance(pass.output(owner, x, trajectory.timestep()));
    }
  }

  private static void check(CachePlan plan, Sampler sampler, GuidedDenoiser model) {
    int steps = sampler.schedule().steps();
    int branches = model.denoiser().layout().branches();
    if (plan.steps() != steps || plan.branches() != branches) {
      throw new IllegalArgumentException(
          "the plan is for %d steps and %d branches, the run has %d steps and the model %d branches"
              .formatted(plan.steps(), plan.branches(), steps, branches));
    }
    model.guidance().require(plan);
  }

  /** Under guidance, surplus noise would meet outputs of the unconditional half. */
  private static void check(NDArray noise, GuidedDenoiser model) {
    long rows = noise.getShape().get(0);
    if (rows != model.samples()) {
      throw new IllegalArgumentException(
          "the noise is %s, of %d samples, but the model is bound to the conditioning of %d; give"
                  .formatted(noise.getShape(), rows, model.samples())
              + " as many of both");
    }
  }
}
