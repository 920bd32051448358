package io.harmonica.cli.imageset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import io.harmonica.pipeline.ImageDecoder;
import org.junit.jupiter.api.Test;

/** What becomes of an image's values; whole runs are tested with their command. */
final class ImageSetSamplerTest {
  private static byte[] pixels(int channels, float[]... images) {
    Shape shape = new Shape(channels, 1, images[0].length / channels);
    return ImageSetSampler.pixels(new ImageDecoder.Pixels(shape, images), 10);
  }

  @Test
  void coloursStandTogether() {
    byte[] expected = {0, (byte) 255, (byte) 128, (byte) 191, 64, 0};
    assertThat(pixels(3, new float[] {-1, 0.5f, 1, -0.5f, 0, -1})).isEqualTo(expected);
  }

  @Test
  void greyIsRepeatedAndImagesFollowEachOther() {
    assertThat(pixels(1, new float[] {-7, 9}, new float[] {0, -1}))
        .containsExactly(0, 0, 0, 255, 255, 255, 128, 128, 128, 0, 0, 0);
  }

  @Test
  void whatIsNoNumberIsNoImage() {
    assertThatThrownBy(() -> pixels(1, new float[] {0}, new float[] {Float.NaN}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("image 11");
  }
}
