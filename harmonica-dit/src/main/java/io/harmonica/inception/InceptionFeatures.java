package io.harmonica.inception;

import ai.djl.ndarray.NDArray;

/**
 * What the network says about n images, FLOAT32. The arrays belong to the manager of the pixels;
 * closing this closes them.
 *
 * @param pooled the mean of the last block over all places, for FID, precision, recall and KID, [n,
 *     2048]
 * @param spatial seven channels of the block Mixed_6d at each of 17 x 17 places, row by row, for
 *     sFID, [n, 2023]
 * @param logits class scores without the last layer's bias, whose softmax the Inception Score
 *     takes, [n, 1008]
 * @param biasedLogits class scores as the network was trained to give them, [n, 1008]
 */
public record InceptionFeatures(
    NDArray pooled, NDArray spatial, NDArray logits, NDArray biasedLogits)
    implements AutoCloseable {

  /** Frees the arrays. */
  @Override
  public void close() {
    pooled.close();
    spatial.close();
    logits.close();
    biasedLogits.close();
  }
}
