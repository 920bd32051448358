package io.harmonica.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;

/** Parts of a model's output. */
final class Outputs {
  private Outputs() {}

  /**
   * Copies an array under another manager, where the results of what is done to it will live.
   *
   * @param array any array
   * @param owner the copy's manager
   * @return the copy
   */
  static NDArray copy(NDArray array, NDManager owner) {
    NDArray copy = array.duplicate();
    copy.attach(owner);
    return copy;
  }

  /**
   * Cuts the predicted noise for the conditional samples out of a model's output.
   *
   * @param output [m, C or 2C, H, W] with m = n, or 2n under guidance
   * @param current the sample, [n, C, H, W]
   * @return [n, C, H, W], owned by the sample's manager
   */
  static NDArray noise(NDArray output, NDArray current) {
    Shape sample = current.getShape();
    NDArray noise = output.get(new NDIndex(":{}, :{}", sample.get(0), sample.get(1)));
    noise.attach(current.getManager());
    return noise;
  }

  /**
   * Undoes the noise: x_0 = (x - sqrt(1 - a) eps) / sqrt(a).
   *
   * @param current x, [n, C, H, W]
   * @param noise eps, [n, C, H, W]
   * @param alphaBar a, alpha-bar at x
   * @param clip whether to clip x_0 to [-1, 1]
   * @return [n, C, H, W], owned by the sample's manager
   */
  static NDArray clean(NDArray current, NDArray noise, double alphaBar, boolean clip) {
    NDArray clean = current.sub(noise.mul(Math.sqrt(1 - alphaBar))).div(Math.sqrt(alphaBar));
    return clip ? clean.clip(-1, 1) : clean;
  }
}
