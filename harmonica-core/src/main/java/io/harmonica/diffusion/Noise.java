package io.harmonica.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Random;

/**
 * Random numbers that depend on a seed and a stream alone: not on the device, the thread or what
 * was drawn before. Drawn on the host with {@link Random}, whose algorithm the Java platform fixes.
 */
public final class Noise {
  private Noise() {}

  /**
   * Returns a generator for one purpose within a seeded run, so that a resumed run can draw what an
   * uninterrupted one would.
   *
   * @param seed the run's seed
   * @param stream which purpose or which iteration
   * @return the generator
   */
  public static Random random(long seed, long stream) {
    // The finalizer of SplitMix64: neighbouring seeds and streams give unrelated generators.
    long mixed = seed * 0x9E3779B97F4A7C15L + stream;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return new Random(mixed ^ (mixed >>> 31));
  }

  /**
   * Fills an array with standard normal values.
   *
   * @param random the generator
   * @param values receives the values
   */
  public static void fill(Random random, float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
  }

  /**
   * Draws standard normal noise.
   *
   * @param manager owns the result
   * @param random the generator
   * @param shape for example [n, C, H, W]
   * @return the noise, FLOAT32
   */
  public static NDArray normal(NDManager manager, Random random, Shape shape) {
    float[] values = new float[Math.toIntExact(shape.size())];
    fill(random, values);
    return manager.create(values, shape);
  }

  /**
   * Draws the noise that samples start from; sample i gets the same whatever it is drawn with.
   *
   * @param seed the run's seed
   * @param first number of the first sample
   * @param count how many
   * @param size values of a sample
   * @return one row for each sample
   */
  public static float[][] ofSamples(long seed, int first, int count, int size) {
    float[][] rows = new float[count][size];
    for (int i = 0; i < count; i++) {
      fill(RandomStream.SAMPLE.random(seed, (long) first + i), rows[i]);
    }
    return rows;
  }
}
