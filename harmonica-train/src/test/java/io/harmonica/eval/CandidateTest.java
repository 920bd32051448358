package io.harmonica.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.harmonica.plan.BranchKind;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.ComputeCost;
import io.harmonica.plan.ModelFit;
import io.harmonica.policy.IntervalPolicy;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CandidateTest {
  private static final int STEPS = 10;
  private static final BranchLayout LAYOUT =
      new BranchLayout(2, List.of(BranchKind.SELF_ATTENTION, BranchKind.FEED_FORWARD));
  private static final ModelFit RUN = new ModelFit("toy", "", "ddim");
  private static final ComputeCost COST = new ComputeCost(2, new long[] {1, 3, 1, 3});

  @Test
  void policyKeepsTheComparisonsSteps() throws IOException {
    Candidate interval = Candidate.parse("interval:2", STEPS, LAYOUT, RUN);
    assertThat(interval)
        .isEqualTo(new Candidate("interval:2", new IntervalPolicy(2).plan(STEPS, LAYOUT)))
        .isEqualTo(Candidate.of(new IntervalPolicy(2), STEPS, LAYOUT));
    assertThat(interval.steps()).isEqualTo(STEPS);
    // 10 full steps cost 100, five full and five empty ones 60.
    assertThat(interval.speedup(COST, STEPS)).isCloseTo(100 / 60.0, within(1e-12));
  }

  @Test
  void fewerStepsComputeEverything() throws IOException {
    Candidate plain = Candidate.parse("Steps:7", STEPS, LAYOUT, RUN);
    assertThat(plain).isEqualTo(Candidate.plainSteps(7, LAYOUT));
    assertThat(plain.name()).isEqualTo("steps:7");
    assertThat(plain.steps()).isEqualTo(7);
    assertThat(plain.plan().cacheUtilisation()).isZero();
    assertThat(plain.speedup(COST, STEPS)).isCloseTo(10 / 7.0, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({"1, 10", "2, 6", "3, 5", "10, 3"})
  void equalComputeIsTheNearestNumberOfSteps(int interval, int steps) {
    // 10 steps, 1 + 9 / interval of which are full: 100, 60, 52, 28.
    Candidate rival = Candidate.of(new IntervalPolicy(interval), STEPS, LAYOUT);
    assertThat(Candidate.plainAsDearAs(rival.plan(), COST, LAYOUT).steps()).isEqualTo(steps);
  }

  @ParameterizedTest
  @CsvSource({"steps:x, x", "steps:, steps:14", "steps:0, 0 steps", "steps:-3, -3", "step:3, step"})
  void wrongEntriesAreRefusedInOneLine(String text, String named) {
    assertThatThrownBy(() -> Candidate.parse(text, STEPS, LAYOUT, RUN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(named)
        .hasMessageMatching(".*");
  }
}
