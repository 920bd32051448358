package io.harmonica.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.Conditioning;
import java.util.Map;
import java.util.Random;

/** Draws real images, for trainings that cannot do without. */
@FunctionalInterface
public interface ImageSource {

  /**
   * Draws a batch.
   *
   * @param manager owns the arrays
   * @param random the generator; the batch depends on nothing else
   * @param count images in the batch
   * @return the batch
   */
  Batch draw(NDManager manager, Random random, int count);

  /** {@return which images they are, for a router's provenance} */
  default Map<String, String> provenance() {
    return Map.of();
  }

  /**
   * Images and what they show.
   *
   * @param images x_0 as the model knows them, pixels in [-1, 1] or scaled latents, [n, C, H, W]
   * @param conditioning what each of them shows, with the null label as its unconditional half
   */
  record Batch(NDArray images, Conditioning conditioning) {}
}
