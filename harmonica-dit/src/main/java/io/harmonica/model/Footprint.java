package io.harmonica.model;

import ai.djl.ndarray.types.Shape;
import io.harmonica.kernel.Precision;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.ComputeCost;
import java.util.Collection;

/**
 * What a transformer takes, from its shapes alone: no weight is read and nothing is computed. It
 * counts the model, not the engine, Java's heap, a text encoder or an autoencoder.
 *
 * @param parameters numbers in its checkpoint
 * @param tokens L, tokens of one sample
 * @param width d, the width of a token
 * @param inner the width between the two layers of a feed-forward
 * @param layout its branches
 * @param cost multiply-accumulates of a step for one sample
 */
public record Footprint(
    long parameters, long tokens, long width, long inner, BranchLayout layout, ComputeCost cost) {
  /**
   * What the engine's products and the allocator's holes add to a float32 pass, in parts of what
   * its widest place must hold. Measured on a DiT-S/2 of 1600 tokens.
   */
  private static final double SPARE = 1.5;

  /**
   * Four pieces of 32 MiB. The C library gives larger ones back as soon as they are freed, so that
   * they leave no holes. Measured on blocks of a PixArt-XL/2 of 4096 tokens.
   */
  private static final long MOST_SPARE = 4L << 25;

  /** An autoencoder's latents are so many times smaller than its images. */
  private static final int DOWNSCALING = 8;

  /**
   * Returns how large an image's latents are.
   *
   * @param pixels height and width of the image
   * @return height and width of its latents
   * @throws IllegalArgumentException if pixels is no positive multiple of 8
   */
  public static int latents(int pixels) {
    if (pixels < 1 || pixels % DOWNSCALING != 0) {
      throw new IllegalArgumentException(
          "an image of %d pixels has no latents, expected a multiple of %d"
              .formatted(pixels, DOWNSCALING));
    }
    return pixels / DOWNSCALING;
  }

  /**
   * Counts a checkpoint's numbers.
   *
   * @param shapes its tensors' shapes
   * @return how many there are
   */
  public static long parameters(Collection<Shape> shapes) {
    return shapes.stream().mapToLong(Shape::size).sum();
  }

  /**
   * Returns what the weights take.
   *
   * @param precision what they are kept in
   * @return bytes
   */
  public long weightBytes(Precision precision) {
    return parameters * (precision == Precision.FLOAT32 ? Float.BYTES : Short.BYTES);
  }

  /** {@return values that one branch puts out for one sample} */
  public long featureSize() {
    return tokens * width;
  }

  /**
   * Returns what must be there at the widest place of a forward pass, between the layers of a
   * feed-forward: the tokens, the modulated tokens, and the inner layer before and after its
   * activation. Attention holds less, since its scores are never written out.
   *
   * @param rows samples of the pass, twice as many under guidance
   * @return bytes, in float32
   */
  public long activationBytes(long rows) {
    return rows * tokens * (2 * width + 2 * inner) * Float.BYTES;
  }

  /**
   * Returns what sampling takes at its peak.
   *
   * @param precision what the weights are kept in
   * @param plan what is computed and kept
   * @param rows samples of a pass, twice as many under guidance
   * @return bytes of weights, cache and activations
   */
  public long peakBytes(Precision precision, CachePlan plan, int rows) {
    long cache = plan.lifetimes().peakBytes(featureSize(), rows);
    long activations = activationBytes(rows);
    long spare = Math.min((long) (SPARE * activations), MOST_SPARE);
    return weightBytes(precision) + cache + activations + spare;
  }

  /**
   * Returns what a step takes that computes everything.
   *
   * @param rows samples of the pass, twice as many under guidance
   * @param rate multiply-accumulates that the machine does in a second, measured on a model of the
   *     same family
   * @return seconds
   */
  public double stepSeconds(int rows, double rate) {
    return rows * (double) cost.full() / rate;
  }
}
