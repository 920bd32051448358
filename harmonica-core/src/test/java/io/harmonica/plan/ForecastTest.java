package io.harmonica.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights of a forecast as a value. */
final class ForecastTest {

  @Test
  void weightsComeBackNewestFirst() {
    Forecast forecast = Forecast.of(1.5f, -1, 0.5f);
    assertThat(forecast.terms()).isEqualTo(3);
    assertThat(forecast.halves()).isEqualTo(1);
    assertThat(forecast.repeats()).isFalse();
    assertThat(forecast.weight(0, 0)).isEqualTo(1.5f);
    assertThat(forecast.weight(0, 2)).isEqualTo(0.5f);
    assertThat(forecast.weight(1, 1)).as("both halves alike").isEqualTo(-1);
  }

  @Test
  void halvesKeepTheirOwnWeights() {
    Forecast forecast = Forecast.ofHalves(new float[] {2, -1}, new float[] {1, 0});
    assertThat(forecast.halves()).isEqualTo(2);
    assertThat(forecast.terms()).isEqualTo(2);
    assertThat(forecast.weight(0, 1)).isEqualTo(-1);
    assertThat(forecast.weight(1, 0)).isEqualTo(1);
    assertThat(forecast.weight(1, 1)).isZero();
  }

  @Test
  void zerosAtTheEndAreLeftOut() {
    assertThat(Forecast.of(2, 0, 1, 0, 0)).isEqualTo(Forecast.of(2, 0, 1));
    assertThat(Forecast.of(0, 0).terms()).as("one is always there").isEqualTo(1);
    Forecast uneven = Forecast.ofHalves(new float[] {2, 0, 0}, new float[] {1, 3, 0});
    assertThat(uneven.terms()).isEqualTo(2);
    assertThat(uneven).isEqualTo(Forecast.ofHalves(new float[] {2, 0}, new float[] {1, 3}));
  }

  @Test
  void weightOneIsPlainReuse() {
    assertThat(Forecast.of(1)).isSameAs(Forecast.REUSE);
    assertThat(Forecast.of(1, 0, 0)).isSameAs(Forecast.REUSE);
    assertThat(Forecast.ofHalves(new float[] {1, 0}, new float[] {1, 0})).isSameAs(Forecast.REUSE);
    assertThat(Forecast.of(1, 1e-9f).repeats()).isFalse();
    assertThat(Forecast.of(0.5f).repeats()).isFalse();
  }

  @Test
  void equalityGoesByWeights() {
    Forecast forecast = Forecast.of(2, -1);
    assertThat(forecast).isEqualTo(Forecast.of(2, -1)).hasSameHashCodeAs(Forecast.of(2, -1));
    assertThat(forecast).isEqualTo(Forecast.ofHalves(new float[] {2, -1}, new float[] {2, -1}));
    assertThat(forecast)
        .isNotEqualTo(Forecast.of(-1, 2))
        .isNotEqualTo(Forecast.of(2, -1, 1))
        .isNotEqualTo(Forecast.ofHalves(new float[] {2, -1}, new float[] {2, -2}))
        .isNotEqualTo("forecast");
    assertThat(Forecast.ofHalves(new float[] {2}, new float[] {3}))
        .isNotEqualTo(Forecast.ofHalves(new float[] {3}, new float[] {2}));
    assertThat(forecast).hasToString("[[2.0, -1.0]]");
  }

  @Test
  void weightsAreCopied() {
    float[] weights = {2, -1};
    Forecast forecast = Forecast.of(weights);
    weights[0] = 9;
    assertThat(forecast.weight(0, 0)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void weightsAreFinite(float bad) {
    assertThatThrownBy(() -> Forecast.of(1, bad))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("weight 1 of a forecast is " + bad);
    assertThatThrownBy(() -> Forecast.ofHalves(new float[] {1}, new float[] {bad}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("weight 0");
  }

  @Test
  void numbersOfWeightsOutsideAreRefused() {
    assertThatThrownBy(() -> Forecast.of())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 weights, expected 1 to 5");
    assertThatThrownBy(() -> Forecast.of(1, 2, 3, 4, 5, 6))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("6 weights, expected 1 to 5");
    assertThatThrownBy(() -> Forecast.ofHalves(new float[] {1, 2}, new float[] {1}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("both halves");
  }
}
