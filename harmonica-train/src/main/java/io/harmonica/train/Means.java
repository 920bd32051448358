package io.harmonica.train;

import java.util.List;
import java.util.function.Function;

/** Means over the parts of a batch, always summed in the parts' order. */
final class Means {
  private Means() {}

  /** The mean of a row of numbers of each part; a single part's stay as they are. */
  static <P> float[] of(List<P> parts, Function<P, float[]> row) {
    float[] mean = new float[row.apply(parts.get(0)).length];
    for (int i = 0; i < mean.length; i++) {
      double sum = 0;
      for (P part : parts) {
        sum += row.apply(part)[i];
      }
      mean[i] = (float) (sum / parts.size());
    }
    return mean;
  }
}
