package io.harmonica.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The weights that follow from a measurement. */
final class LambdaRuleTest {
  private static final ProxyMeasurement MEASURED =
      new ProxyMeasurement(new float[] {0, 2, 3, 5}, new float[] {0, 4, 0, 2}, 10);

  @Test
  void calibratedIsImageErrorPerStepError() {
    // 2 / 4; no error of its own and so no weight; 5 / 2.
    assertThat(LambdaRule.CALIBRATED.weights(MEASURED)).containsExactly(0, 0.5f, 0, 2.5f);
    assertThat(LambdaRule.CALIBRATED.measures()).isTrue();
  }

  @Test
  void publishedIsTheImageError() {
    float[] weights = LambdaRule.IMAGE_ERROR.weights(MEASURED);
    assertThat(weights).containsExactly(0, 2, 3, 5);
    weights[1] = 9;
    assertThat(MEASURED.imageError()[1]).isEqualTo(2);
    assertThat(LambdaRule.IMAGE_ERROR.measures()).isTrue();
  }

  @Test
  void uniformAsksForNothing() {
    assertThat(LambdaRule.UNIFORM.weights(ProxyMeasurement.none(3))).containsExactly(1, 1, 1);
    assertThat(LambdaRule.UNIFORM.measures()).isFalse();
  }
}
