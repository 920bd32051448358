package io.harmonica.text;

import ai.djl.ndarray.NDArray;

/**
 * Captions as a model's cross-attention takes them.
 *
 * @param embeddings [n, tokens, width], FLOAT32; padding is 0
 * @param mask [n, tokens], FLOAT32: 1 for a caption's tokens, 0 for padding
 */
public record EncodedCaptions(NDArray embeddings, NDArray mask) implements AutoCloseable {

  /** Frees both arrays. */
  @Override
  public void close() {
    embeddings.close();
    mask.close();
  }
}
