package io.harmonica.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import io.harmonica.cache.CacheHook;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Scalars;

/**
 * A model that follows a router while it learns: the one way through the code to a gradient.
 *
 * @param model the model bound to the batch's conditioning
 * @param router the router; not changed here
 * @param objective what the loss is
 */
record Student(GuidedDenoiser model, TrainableRouter router, SdtObjective objective) {

  /**
   * What one step found.
   *
   * @param output the student's guided output, detached
   * @param error mean((teacher - student)^2), a scalar
   * @param gradient d loss / d logit, [branches]
   */
  record Pass(NDArray output, NDArray error, NDArray gradient) {}

  /**
   * Compares the student with full computation at one step, forward and backward.
   *
   * @param keeper owns error and gradient; the output belongs to x's manager
   * @param step the step, whose row of the router learns
   * @param timestep the model's time there
   * @param x the sample there, [n, C, H, W]
   * @param cache what the student may reuse
   * @param takes the branches of which the cache takes the student's outputs, [branches]
   * @return what was found
   */
  Pass learn(
      NDManager keeper, int step, double timestep, NDArray x, StudentCache cache, boolean[] takes) {
    NDArray teacher = model.predict(x, timestep, CacheHook.COMPUTE);
    NDArray logits = x.getManager().create(router.logits(step));
    logits.setRequiresGradient(true);
    try (GradientCollector collector = keeper.getEngine().newGradientCollector()) {
      NDArray scores = logits.getNDArrayInternal().sigmoid();
      NDArray student = model.predict(x, timestep, objective.rule().hook(cache, scores, takes));
      NDArray error = student.sub(teacher).square().mean();
      NDArray prices = x.getManager().create(objective.prices());
      NDArray loss = Scalars.times(error, objective.lambda()[step]).add(scores.mul(prices).sum());
      collector.backward(loss);
      NDArray gradient = logits.getGradient();
      gradient.attach(keeper);
      NDArray kept = error.stopGradient();
      kept.attach(keeper);
      return new Pass(student.stopGradient(), kept, gradient);
    }
  }
}
