package io.harmonica.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelValuesTest {
  @ParameterizedTest
  @ValueSource(longs = {0, 9, -1, 1L << 40})
  void aSizeOutOfRangeIsNamedWithWhatWasExpected(long size) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelValues.within("depth", size, 1, 8))
        .withMessage("depth is " + size + ", expected a whole number from 1 to 8");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 8})
  void bothEndsAreInRange(long size) {
    assertThatCode(() -> ModelValues.within("depth", size, 1, 8)).doesNotThrowAnyException();
  }

  @Test
  void aValueOfAnotherKindOfModelIsShown() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelValues.expect("act_fn", "relu", "silu", "this is no VAE"))
        .withMessage("the model's configuration has act_fn = relu, expected silu: this is no VAE");
    assertThatCode(() -> ModelValues.expect("bias", true, true, "")).doesNotThrowAnyException();
  }

  @Test
  void aMissingValueIsCalledMissing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelValues.expect("act_fn", "", "silu", "this is no VAE"))
        .withMessageContaining("has act_fn missing, expected silu");
  }

  @Test
  void aHostileValueIsCutAndHasNoControlCharacters() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelValues.expect("act_fn", "\u001b[31m" + "x".repeat(9999), "a", "b"))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400).doesNotContain("\u001b"));
  }
}
