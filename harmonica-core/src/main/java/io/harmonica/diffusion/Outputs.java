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
   * Cuts the prediction for the conditional samples out of a model's output.
   *
   * @param output [m, C or 2C, H, W] with m = n, or 2n under guidance
   * @param current the sample, [n, C, H, W]
   * @return [n, C, H, W], owned by the sample's manager
   */
  static NDArray predicted(NDArray output, NDArray current) {
    Shape sample = current.getShape();
    NDArray predicted = output.get(new NDIndex(":{}, :{}", sample.get(0), sample.get(1)));
    predicted.attach(current.getManager());
    return predicted;
  }
}
