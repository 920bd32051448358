package io.harmonica.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.harmonica.cache.FeatureHistory;
import io.harmonica.diffusion.DenoisingLoop;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Sampler;
import io.harmonica.diffusion.Trajectory;

/**
 * One trajectory of Step-Wise Denoising Training (HarmoniCa): from pure noise to x_0 with the
 * sampler of inference, the student learning at every step from its own x_t. The one way through
 * the code for a training step.
 *
 * <p>At step 0 everything is computed and fills the cache. At each later step the teacher computes
 * everything, the student follows the router, loss = lambda(t) mean((teacher - student)^2) + beta
 * sum(r), and the student's output moves x on. A row's update touches nothing that later steps of
 * the trajectory read, so gradients are collected on the device and handed over once, at the end.
 */
final class SdtTrajectory {
  private final GuidedDenoiser model;
  private final Sampler sampler;
  private final TrainableRouter router;
  private final SdtObjective objective;

  SdtTrajectory(
      GuidedDenoiser model, Sampler sampler, TrainableRouter router, SdtObjective objective) {
    this.model = model;
    this.sampler = sampler;
    this.router = router;
    this.objective = objective;
  }

  /** Runs the trajectory; the listener sees the student's sample after each step. */
  SdtResult run(NDManager parent, NDArray noise, SampleListener listener) {
    int steps = router.steps();
    try (NDManager scope = parent.newSubManager();
        Trajectory trajectory = sampler.start(scope, noise, model.denoiser().prediction());
        FeatureHistory history =
            new FeatureHistory(scope, router.branches(), objective.forecast().order() + 1)) {
      NDList errors = new NDList();
      NDList gradients = new NDList();
      for (int step = 0; step < steps; step++) {
        int now = step;
        DenoisingLoop.step(
            scope,
            trajectory,
            (owner, x, time) -> {
              StudentCache cache = new StudentCache(history, now, objective.forecast(), owner);
              return now == 0
                  ? model.predict(x, time, cache.fill())
                  : learn(scope, x, now, time, cache, errors, gradients);
            });
        listener.afterStep(step, trajectory.x());
      }
      return result(errors, gradients);
    }
  }

  private NDArray learn(
      NDManager scope,
      NDArray x,
      int step,
      double timestep,
      StudentCache cache,
      NDList errors,
      NDList gradients) {
    if (step > 1) {
      // The published training clamps every row after each optimiser step, so first logits beyond
      // the limits are met as they are by the first learned step alone.
      router.clamp(step);
    }
    boolean[] computes = router.computes(step, objective.threshold());
    Student.Pass pass =
        new Student(model, router, objective).learn(scope, step, timestep, x, cache, computes);
    errors.add(pass.error());
    gradients.add(pass.gradient());
    return pass.output();
  }

  private SdtResult result(NDList errors, NDList gradients) {
    int steps = router.steps();
    int branches = router.branches();
    float[] error = new float[steps];
    float[] loss = new float[steps];
    float[][] gradient = new float[steps][branches];
    if (steps > 1) {
      try (NDArray errorStack = NDArrays.stack(errors);
          NDArray gradientStack = NDArrays.stack(gradients)) {
        float[] measured = errorStack.toFloatArray();
        float[] flat = gradientStack.toFloatArray();
        for (int step = 1; step < steps; step++) {
          error[step] = measured[step - 1];
          System.arraycopy(flat, (step - 1) * branches, gradient[step], 0, branches);
          loss[step] = (float) objective.loss(step, error[step], router.logits(step));
        }
      }
    }
    return new SdtResult(error, loss, gradient);
  }

  /** Sees the student's sample after each step. */
  @FunctionalInterface
  interface SampleListener {
    SampleListener NONE = (step, x) -> {};

    void afterStep(int step, NDArray x);
  }
}
