package io.harmonica.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** The weights that follow from a measurement. */
final class LambdaRuleTest {
  private static final ProxyMeasurement MEASURED =
      new ProxyMeasurement(new float[] {0, 2, 3, 5}, new float[] {0, 4, 0, 2}, 10);

  @Test
  void calibratedIsImageErrorPerStepError() {
    float[] first = LambdaRule.CALIBRATED.weights(MEASURED, new float[4]);
    // 2 / 4; no error of its own, so what its neighbours have, sqrt(0.5 x 2.5); 5 / 2.
    assertThat(first).containsExactly(new float[] {0, 0.5f, 1.118034f, 2.5f}, within(1e-5f));
    float[] second =
        LambdaRule.CALIBRATED.weights(
            new ProxyMeasurement(new float[] {0, 16, 0, 5}, new float[] {0, 2, 0, 2}, 10), first);
    // exp(0.4 ln 8 + 0.6 ln 0.5) = 2^(1.2 - 0.6).
    assertThat(second).containsExactly(new float[] {0, 1.515717f, 1.118034f, 2.5f}, within(1e-5f));
    float[] none = LambdaRule.CALIBRATED.weights(ProxyMeasurement.none(3), new float[3]);
    assertThat(none).containsOnly(0);
    assertThat(LambdaRule.CALIBRATED.measures()).isTrue();
  }

  @Test
  void publishedIsTheImageError() {
    float[] weights = LambdaRule.IMAGE_ERROR.weights(MEASURED, new float[4]);
    assertThat(weights).containsExactly(0, 2, 3, 5);
    weights[1] = 9;
    assertThat(MEASURED.imageError()[1]).isEqualTo(2);
    assertThat(LambdaRule.IMAGE_ERROR.measures()).isTrue();
  }

  @Test
  void uniformAsksForNothing() {
    assertThat(LambdaRule.UNIFORM.weights(ProxyMeasurement.none(3), new float[3]))
        .containsExactly(1, 1, 1);
    assertThat(LambdaRule.UNIFORM.measures()).isFalse();
  }
}
