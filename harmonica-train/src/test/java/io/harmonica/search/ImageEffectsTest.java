package io.harmonica.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Effects of three samples of two values each, by hand. */
final class ImageEffectsTest {
  private static final float[] ERROR = {1, 0, 0, 2, 30, 40};
  private static final float[][] EFFECTS = {{-1, 1, 0, -1, -30, -40}};
  private static final ImageEffects EFFECTS_OF_ONE = ImageEffects.of(3, ERROR, EFFECTS);

  @Test
  void theErrorOfASwitchedPlanIsASquare() {
    double switched =
        EFFECTS_OF_ONE.baseError()
            + 2 * EFFECTS_OF_ONE.slopes()[0]
            + EFFECTS_OF_ONE.products()[0][0];
    assertThat(switched).isCloseTo((0 + 1 + 0 + 1 + 0 + 0) / 6.0, within(1e-4));
  }

  @Test
  void evenedSamplesCountByTheirErrorBesideTheMedian() {
    // Errors 1, 4 and 2500 with the median 4, so weights 8/5, 1 and 8/2504.
    ImageEffects evened = EFFECTS_OF_ONE.weighedEvenly();
    double[] weights = {8 / 5.0, 1, 8 / 2504.0};
    assertThat(evened.weights()).containsExactly(weights, within(1e-12));
    double error = (8 / 5.0 * 1 + 1 * 4 + 8 / 2504.0 * 2500) / 6;
    assertThat(evened.baseError()).isCloseTo(error, within(1e-6));
    double product = (8 / 5.0 * 2 + 1 * 1 + 8 / 2504.0 * 2500) / 6;
    assertThat(evened.products()[0][0]).isCloseTo(product, within(1e-6));
    assertThat(evened.baseError()).isLessThan(2 * 4 * 3 / 6.0);
  }

  @Test
  void withoutErrorsThereIsNothingToEven() {
    ImageEffects exact = ImageEffects.of(3, new float[6], EFFECTS);
    assertThat(exact.weighedEvenly()).isSameAs(exact);
  }
}
