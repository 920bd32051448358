package io.harmonica.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What targets allow and what plans cost, by hand. */
final class PlanTargetTest {
  /** A step costs 6, of which 4 are in two branches; four steps cost 24, and at least 12. */
  private static final ComputeCost COST = new ComputeCost(2, new long[] {1, 3});

  private static final CachePlan FIRST = CachePlan.ofSteps(4, 2, step -> false);

  @Test
  void aPlanCostsEveryStepsFixedPartAndTheBranchesThatItComputes() {
    CachePlan plan = CachePlan.of(4, 2, (step, branch) -> step == 2 && branch == 1);
    assertThat(COST.total(plan)).isEqualTo(4 * 2 + 4 + 3);
    assertThat(COST.total(FIRST)).isEqualTo(12);
    assertThat(COST.speedup(FIRST)).isEqualTo(2);
    assertThat(COST.speedup(plan)).isEqualTo(24 / 15.0);
  }

  /** What is allowed is rounded down, so that a plan which meets it is as fast as was asked. */
  @ParameterizedTest
  @CsvSource({"1, 24", "1.5, 16", "1.6, 15", "1.7, 14", "2, 12"})
  void aSpeedUpAllowsSoMuchInAll(double speedup, long total) {
    PlanTarget target = PlanTarget.speedup(COST, 4, speedup);
    assertThat(target.total()).isEqualTo(total);
    assertThat(24.0 / total).isGreaterThanOrEqualTo(speedup);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.99, 2.001, Double.NaN})
  void speedUpsThatNoPlanReachesAreRefused(double speedup) {
    assertThatThrownBy(() -> PlanTarget.speedup(COST, 4, speedup))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("target speed-up is " + speedup)
        .hasMessageContaining("1 to 2.000");
  }

  /** Of nine cells, the nearest number. */
  @ParameterizedTest
  @CsvSource({"0, 9", "0.25, 7", "0.4, 5", "0.5, 4", "0.66, 3"})
  void aUtilisationAllowsSoManyCells(double utilisation, long cells) {
    PlanTarget target = PlanTarget.utilisation(3, 3, utilisation);
    assertThat(target.total()).isEqualTo(cells);
    assertThat(target.cost().total(CachePlan.ofSteps(3, 3, step -> true))).isEqualTo(9);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 0.67, Double.NaN})
  void utilisationsThatNoPlanReachesAreRefused(double utilisation) {
    assertThatThrownBy(() -> PlanTarget.utilisation(3, 3, utilisation))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("target cache utilisation is " + utilisation)
        .hasMessageContaining("0 to 0.667");
  }

  @Test
  void aPlanMeetsWhatItCostsAndNothingLess() {
    assertThat(PlanTarget.of(COST, FIRST).total()).isEqualTo(12);
    assertThat(PlanTarget.of(COST, FIRST).metBy(FIRST)).isTrue();
    assertThat(new PlanTarget(COST, 11).metBy(FIRST)).isFalse();
    assertThat(new PlanTarget(COST, 11).slack(FIRST)).isEqualTo(-1);
    assertThat(new PlanTarget(COST, 20).slack(FIRST)).isEqualTo(8);
  }
}
