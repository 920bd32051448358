package io.harmonica.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import io.harmonica.cache.CacheHook;
import io.harmonica.cache.FeatureCache;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Scalars;

/**
 * What one forward and backward pass of a student found: the one way through the code to a
 * gradient.
 *
 * @param output the student's guided output, detached
 * @param error mean((teacher - student)^2), a scalar
 * @param gradient d loss / d logit, [branches]
 */
record StudentPass(NDArray output, NDArray error, NDArray gradient) {

  /**
   * Runs a student.
   *
   * @param keeper owns error and gradient; the output belongs to x's manager
   * @param model the model bound to the batch's conditioning
   * @param x the sample at the step, [n, C, H, W]
   * @param timestep the model's time there
   * @param teacher the guided output of full computation at the same x
   * @param cache what the student may reuse
   * @param row the router's logits of the step
   * @param computes the branches of which the cache takes the student's outputs, [branches]
   * @param objective what the loss is
   * @param step the step, for its weight
   * @return what was found
   */
  static StudentPass run(
      NDManager keeper,
      GuidedDenoiser model,
      NDArray x,
      int timestep,
      NDArray teacher,
      FeatureCache cache,
      float[] row,
      boolean[] computes,
      SdtObjective objective,
      int step) {
    NDArray logits = x.getManager().create(row);
    logits.setRequiresGradient(true);
    try (GradientCollector collector = keeper.getEngine().newGradientCollector()) {
      NDArray scores = logits.getNDArrayInternal().sigmoid();
      CacheHook hook = objective.rule().hook(cache, scores, computes);
      NDArray student = model.predict(x, timestep, hook);
      NDArray error = student.sub(teacher).square().mean();
      NDArray loss =
          Scalars.times(error, objective.lambda()[step])
              .add(Scalars.times(scores.sum(), objective.beta()));
      collector.backward(loss);
      NDArray gradient = logits.getGradient();
      gradient.attach(keeper);
      NDArray kept = error.stopGradient();
      kept.attach(keeper);
      return new StudentPass(student.stopGradient(), kept, gradient);
    }
  }
}
