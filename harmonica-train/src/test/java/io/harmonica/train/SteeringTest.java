package io.harmonica.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.harmonica.plan.CachePlan;
import io.harmonica.plan.ComputeCost;
import io.harmonica.plan.PlanTarget;
import org.junit.jupiter.api.Test;

/** Prices that follow a target. */
final class SteeringTest {
  private static final ComputeCost COST = new ComputeCost(2, new long[] {1, 3});
  private static final CachePlan FULL = CachePlan.ofSteps(4, 2, step -> true);
  private static final CachePlan LEAST = CachePlan.ofSteps(4, 2, step -> step == 0);

  /** What the six cells after the first step are worth; those of branch 1 cost three times more. */
  private static final float[][] WORTH = {{0, 0}, {1, 18}, {2, 15}, {4, 9}};

  private static Price next(PriceRule rule, long total, double beta, CachePlan plan) {
    return new Steering(new PlanTarget(COST, total), rule).next(Price.of(beta), plan, WORTH);
  }

  @Test
  void dualAscentRaisesThePriceWhileThePlanIsTooDearAndLowersItWhileItIsTooCheap() {
    // The full plan costs 24.
    assertThat(next(PriceRule.DUAL_ASCENT, 12, 1, FULL).beta())
        .isCloseTo(Math.exp(0.5), within(1e-9));
    assertThat(next(PriceRule.DUAL_ASCENT, 24, 3, FULL).beta()).isEqualTo(3);
    assertThat(next(PriceRule.DUAL_ASCENT, 24, 1, LEAST).beta())
        .isCloseTo(Math.exp(-0.5), within(1e-9));
  }

  private static double clearing(long total) {
    return next(PriceRule.CLEARING, total, 1, FULL).beta();
  }

  @Test
  void marketClearsAtTheWorthOfTheLastBranchThatIsTooDear() {
    // Branches weigh 1/2 and 3/2, so the cells are worth 2, 12, 4, 10, 8 and 6 for a unit of cost.
    // Each of the four steps costs 2, and the first one 4 in branches: 12 with no other computed.
    assertThat(clearing(12)).isEqualTo(12);
    assertThat(clearing(15)).isEqualTo(10);
    // A price of 4 leaves 12, 10, 8 and 6, which cost 3 + 3 + 1 + 3 more.
    assertThat(clearing(22)).isEqualTo(4);
    assertThat(clearing(21)).isEqualTo(6);
    assertThat(clearing(24)).isEqualTo(2);
  }

  @Test
  void nextPriceIsThatOfAnAverageOverTrajectories() {
    Steering steering = new Steering(new PlanTarget(COST, 12), PriceRule.CLEARING);
    Price first = steering.next(Price.of(0), FULL, WORTH);
    float[][] doubled = {{0, 0}, {2, 36}, {4, 30}, {8, 18}};
    assertThat(steering.next(first, FULL, doubled).beta()).isCloseTo(12 * 1.1, within(1e-5));
  }

  @Test
  void aMarketBeginsWithoutAPriceAndNeverPaysForComputing() {
    assertThat(PriceRule.CLEARING.first(7).beta()).isZero();
    assertThat(PriceRule.DUAL_ASCENT.first(7).beta()).isEqualTo(7);
    Steering steering = new Steering(new PlanTarget(COST, 12), PriceRule.CLEARING);
    float[][] harmful = {{0, 0}, {-1, -1}, {-1, -1}, {-1, -1}};
    assertThat(steering.next(Price.of(1), FULL, harmful).beta()).isZero();
  }

  @Test
  void aSingleStepHasNoMarket() {
    CachePlan single = CachePlan.ofSteps(1, 2, step -> true);
    Steering steering = new Steering(PlanTarget.of(COST, single), PriceRule.CLEARING);
    assertThat(steering.next(Price.of(1), single, new float[1][2]).beta()).isZero();
  }

  @Test
  void branchesAreWeighedByTheirCost() {
    assertThat(new PlanTarget(COST, 12).weights(2)).containsExactly(0.5f, 1.5f);
  }

  @Test
  void worthIsTheSlopeOfTheErrorAloneWhereTheScoreIsAtTheThreshold() {
    TrainableRouter router = TrainableRouter.of(new float[][] {{5, 5}, {0, (float) Math.log(3)}});
    // r = 1/2 and 3/4, so that a logit's slope is 1/4 and 3/16 of a score's; prices 2 and 1.
    float[][] gradient = {{0, 0}, {0.25f * (2 - 7), 3 / 16f * (1 + 3)}};
    SdtResult result = new SdtResult(new float[2], new float[2], gradient);
    float[][] worth = result.worth(router, new float[] {2, 1}, 0.1);
    assertThat(worth[0]).containsOnly(0);
    // What is missing is 1/2 and 1/4, at the threshold 0.9 would be.
    assertThat(worth[1]).containsExactly(new float[] {7 * 1.8f, -3 * 3.6f}, within(1e-4f));
  }
}
