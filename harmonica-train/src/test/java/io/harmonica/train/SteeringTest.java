package io.harmonica.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.harmonica.plan.CachePlan;
import io.harmonica.plan.ComputeCost;
import org.junit.jupiter.api.Test;

final class SteeringTest {
  private static final ComputeCost COST = new ComputeCost(2, new long[] {1, 3});
  private static final CachePlan FULL = CachePlan.ofSteps(4, 2, step -> true);

  @Test
  void thePriceRisesWhileThePlanIsTooDearAndFallsWhileItIsTooCheap() {
    // The full plan costs 24.
    assertThat(new Steering(new PlanTarget(COST, 12)).next(1, FULL))
        .isCloseTo(Math.exp(0.5), within(1e-9));
    assertThat(new Steering(new PlanTarget(COST, 24)).next(3, FULL)).isEqualTo(3);
    CachePlan least = CachePlan.ofSteps(4, 2, step -> step == 0);
    assertThat(new Steering(new PlanTarget(COST, 24)).next(1, least))
        .isCloseTo(Math.exp(-0.5), within(1e-9));
  }

  @Test
  void branchesAreWeighedByTheirCost() {
    assertThat(new Steering(new PlanTarget(COST, 12)).weights(2)).containsExactly(0.5f, 1.5f);
  }
}
