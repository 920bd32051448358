package io.harmonica.dit;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import io.harmonica.checkpoint.tensor.TensorSource;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** Access to the reference data. */
public final class Goldens {
  private static final double TOLERANCE = 1e-4;

  private Goldens() {}

  public static Path folder(String name) {
    try {
      return Path.of(Goldens.class.getResource("/goldens/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Every element within 1e-4 of the reference's largest value. */
  public static void assertClose(NDArray actual, TensorSource expected, String name)
      throws IOException {
    assertThat(actual.getShape()).as(name).isEqualTo(expected.info(name).shape());
    assertClose(actual.toFloatArray(), expected.readFloats(name), name);
  }

  public static void assertClose(float[] actual, float[] expected, String name) {
    assertThat(actual).as(name).hasSameSizeAs(expected);
    float largest = 0;
    float worst = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      worst = Math.max(worst, Math.abs(expected[i] - actual[i]));
    }
    assertThat((double) worst)
        .as(name + ": largest error")
        .isLessThanOrEqualTo(TOLERANCE * largest);
  }
}
