package io.harmonica.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ImageErrorTest {

  @Test
  void meanSquaredError() {
    assertThat(ImageError.mse(new float[] {0, 1}, new float[] {2, 1})).isEqualTo(2);
    assertThat(ImageError.mse(new float[] {0.3f}, new float[] {0.3f})).isZero();
    assertThatThrownBy(() -> ImageError.mse(new float[2], new float[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("can't compare images of 2 and 3 values");
    assertThatThrownBy(() -> ImageError.mse(new float[0], new float[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void peakSignalToNoiseRatio() {
    assertThat(ImageError.psnr(0.04, 2)).isCloseTo(20, within(1e-12));
    assertThat(ImageError.psnr(0.01, 1)).isCloseTo(20, within(1e-12));
    assertThat(ImageError.psnr(0, 2)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThatThrownBy(() -> ImageError.psnr(-1, 2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ImageError.psnr(1, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void similarityOfFlatImagesComparesTheirMeans() {
    float[] a = flat(13 * 12, 0.5f);
    float[] b = flat(13 * 12, 0.25f);
    double c1 = 0.01 * 0.01; // the intensities are 0.75 and 0.625
    double expected = (2 * 0.75 * 0.625 + c1) / (0.75 * 0.75 + 0.625 * 0.625 + c1);
    assertThat(ImageError.ssim(a, b, 1, 13, 12)).isCloseTo(expected, within(1e-9));
  }

  @Test
  void similarityAgreesWithWindowsTakenOneByOne() {
    float[] a = noise(2 * 14 * 17, 1);
    float[] b = noise(2 * 14 * 17, 2);
    for (int i = 0; i < b.length; i++) {
      b[i] = 0.8f * a[i] + 0.2f * b[i];
    }
    double expected = (windows(a, b, 0, 14, 17) + windows(a, b, 14 * 17, 14, 17)) / 2;
    double ssim = ImageError.ssim(a, b, 2, 14, 17);
    assertThat(ssim).isCloseTo(expected, within(1e-9)).isBetween(0.5, 0.99);
    assertThat(ImageError.ssim(b, a, 2, 14, 17)).isCloseTo(ssim, within(1e-12));
  }

  @Test
  void similarityEndsAtOneAndBelowZero() {
    float[] a = noise(3 * 28 * 28, 5);
    float[] negative = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      negative[i] = -a[i];
    }
    assertThat(ImageError.ssim(a, a, 3, 28, 28)).isCloseTo(1, within(1e-12));
    assertThat(ImageError.ssim(a, negative, 3, 28, 28)).isBetween(-1.0, -0.5);
  }

  @Test
  void similarityRefusesShapesItCannotCompare() {
    assertThatThrownBy(() -> ImageError.ssim(new float[100], new float[100], 1, 10, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got 1 x 10 x 10");
    assertThatThrownBy(() -> ImageError.ssim(new float[144], new float[143], 1, 12, 12))
        .hasMessage("1 x 12 x 12 images need 144 values, got 144 and 143");
  }

  private static double windows(float[] a, float[] b, int offset, int height, int width) {
    double sum = 0;
    int count = 0;
    for (int y = 0; y + 11 <= height; y++) {
      for (int x = 0; x + 11 <= width; x++) {
        sum += window(a, b, offset + y * width + x, width);
        count++;
      }
    }
    return sum / count;
  }

  private static double window(float[] a, float[] b, int corner, int width) {
    double total = 0;
    double[] m = new double[5]; // a, b, a^2, b^2, a b
    for (int y = -5; y <= 5; y++) {
      for (int x = -5; x <= 5; x++) {
        double weight = Math.exp(-(x * x + y * y) / 4.5);
        int i = corner + (y + 5) * width + x + 5;
        double p = (a[i] + 1.0) / 2;
        double q = (b[i] + 1.0) / 2;
        double[] terms = {p, q, p * p, q * q, p * q};
        for (int k = 0; k < 5; k++) {
          m[k] += weight * terms[k];
        }
        total += weight;
      }
    }
    for (int k = 0; k < 5; k++) {
      m[k] /= total;
    }
    double c1 = 0.0001;
    double c2 = 0.0009;
    double luminance = (2 * m[0] * m[1] + c1) / (m[0] * m[0] + m[1] * m[1] + c1);
    double variances = m[2] - m[0] * m[0] + m[3] - m[1] * m[1];
    return luminance * (2 * (m[4] - m[0] * m[1]) + c2) / (variances + c2);
  }

  private static float[] flat(int size, float value) {
    float[] image = new float[size];
    Arrays.fill(image, value);
    return image;
  }

  private static float[] noise(int size, long seed) {
    Random random = new Random(seed);
    float[] image = new float[size];
    for (int i = 0; i < size; i++) {
      image[i] = random.nextFloat() * 2 - 1;
    }
    return image;
  }
}
