package io.harmonica.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TimestepSpacingTest {
  private static final NoiseSchedule NOISE = NoiseSchedule.linear();

  private static int[] times(int steps, TimestepSpacing spacing) {
    StepSchedule schedule = NOISE.respace(steps, spacing);
    return IntStream.range(0, steps).map(step -> (int) schedule.timestep(step)).toArray();
  }

  @Test
  void timesAreThoseOfThePublicCode() {
    assertThat(times(4, TimestepSpacing.ENDPOINTS)).containsExactly(999, 666, 333, 0);
    assertThat(times(8, TimestepSpacing.LINSPACE))
        .containsExactly(999, 874, 749, 624, 500, 375, 250, 125);
    assertThat(times(8, TimestepSpacing.LEADING))
        .containsExactly(875, 750, 625, 500, 375, 250, 125, 0);
    assertThat(times(3, TimestepSpacing.TRAILING)).containsExactly(999, 666, 332);
  }

  @ParameterizedTest
  @EnumSource
  void timesFallStrictlyHoweverManyTheyAre(TimestepSpacing spacing) {
    int most = spacing == TimestepSpacing.LINSPACE ? 999 : 1000;
    for (int steps = 1; steps <= most; steps++) {
      int[] times = times(steps, spacing);
      assertThat(times[0]).isLessThan(1000);
      assertThat(times[steps - 1]).isNotNegative();
      for (int step = 1; step < steps; step++) {
        assertThat(times[step]).isLessThan(times[step - 1]);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void tooFewAndTooManyStepsAreRefused(TimestepSpacing spacing) {
    for (int steps : new int[] {-1, 0, 1001}) {
      assertThatThrownBy(() -> NOISE.respace(steps, spacing))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("steps is " + steps + ", expected 1 to ");
    }
    assertThatThrownBy(() -> NOISE.respace(1000, TimestepSpacing.LINSPACE))
        .hasMessageContaining("expected 1 to 999");
  }

  @Test
  void lastStepEndsAtTheImageUnlessToldOtherwise() {
    StepSchedule schedule = NOISE.respace(5, TimestepSpacing.LINSPACE);
    assertThat(schedule.alphaBarAfter(3)).isEqualTo(schedule.alphaBar(4));
    assertThat(schedule.alphaBarAfter(4)).isEqualTo(1);
    assertThat(schedule.lambda(5)).isInfinite().isPositive();
    StepSchedule shorter = schedule.endingAt(0.99);
    assertThat(shorter.alphaBarAfter(4)).isEqualTo(0.99);
    assertThat(shorter.lambda(5)).isCloseTo(Math.log(99) / 2, within(1e-12));
    assertThat(shorter.timestep(4)).isEqualTo(schedule.timestep(4));
    for (double wrong : new double[] {0, schedule.alphaBar(4), 1.01, Double.NaN}) {
      assertThatThrownBy(() -> schedule.endingAt(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("alpha-bar after the last step is " + wrong);
    }
  }
}
