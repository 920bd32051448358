package io.harmonica.diffusion;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * What a batch is asked for, and what asking for nothing looks like. The arrays' meaning is the
 * model's; each has the batch as its first dimension. Whoever made the arrays closes them.
 *
 * @param conditional for example the labels, one array [n] of INT64
 * @param unconditional the same with the model's null label or empty prompt
 */
public record Conditioning(NDList conditional, NDList unconditional) {

  /**
   * Makes the conditioning of a model that takes none.
   *
   * @param owner owns the array
   * @param count number of samples n
   * @return one array of zeros, [n], which the model ignores; without an unconditional half
   */
  public static Conditioning none(NDManager owner, int count) {
    return new Conditioning(new NDList(owner.zeros(new Shape(count))), new NDList());
  }
}
