package io.harmonica.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StepScheduleTest {
  private final StepSchedule whole =
      NoiseSchedule.linear().respace(6, TimestepSpacing.LINSPACE).endingAt(0.9999);

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 5})
  void restIsTheWholeFromAStepOn(int first) {
    StepSchedule rest = whole.from(first);
    assertThat(rest.steps()).isEqualTo(6 - first);
    for (int step = 0; step < rest.steps(); step++) {
      assertThat(rest.timestep(step)).isEqualTo(whole.timestep(first + step));
      assertThat(rest.alphaBar(step)).isEqualTo(whole.alphaBar(first + step));
      assertThat(rest.alphaBarAfter(step)).isEqualTo(whole.alphaBarAfter(first + step));
    }
  }

  @Test
  void stepsThatThereAreNotAreRefused() {
    for (int first : new int[] {-1, 6}) {
      assertThatThrownBy(() -> whole.from(first))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("first step is " + first + ", expected 0 to 5");
    }
  }
}
