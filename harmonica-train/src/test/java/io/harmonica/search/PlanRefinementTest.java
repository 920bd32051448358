package io.harmonica.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.ComputeCost;
import io.harmonica.plan.PlanTarget;
import io.harmonica.train.PixelToy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Refinement where every pixel is one branch's, so that the best plan is known. */
final class PlanRefinementTest {
  private static final int STEPS = 7;

  /** Outputs change at step 3 in the first branch, at step 5 in the second. */
  private static final PixelToy TOY =
      new PixelToy(new double[][] {{1, 2}, {1, 2}, {1, 2}, {4, 2}, {4, 2}, {4, 9}, {4, 9}}, 1, 1);

  private final List<List<Integer>> opened = new ArrayList<>();
  private final List<MeasuredPlan> rounds = new ArrayList<>();

  private CachePlan refine(CachePlan start, double utilisation, int times) {
    PlanTarget target = PlanTarget.utilisation(STEPS, 2, utilisation);
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      return new PlanRefinement(target, new PlanRefinement.Settings(times, 1000))
          .refine(
              manager,
              (owner, number, size) -> {
                opened.add(List.of(number, size));
                return new PlanErrors(owner, TOY.bound(owner), TOY.sampler(), TOY.noise(owner));
              },
              start,
              0,
              new double[STEPS * 2],
              (found, forwards) -> rounds.add(found));
    }
  }

  private static CachePlan best() {
    return CachePlan.of(STEPS, 2, (step, branch) -> step == 0 || step == (branch == 0 ? 3 : 5));
  }

  @Test
  void fromFullComputationWhatChangesNothingIsReused() {
    CachePlan plan = refine(CachePlan.ofSteps(STEPS, 2, step -> true), 10 / 14.0, 1);
    assertThat(plan).isEqualTo(best());
    assertThat(rounds.get(0).error()).isCloseTo(0, within(1e-9));
  }

  @Test
  void whatWasComputedForNothingPaysForWhatMatters() {
    // As dear as the best plan, at the wrong steps.
    CachePlan wrong =
        CachePlan.of(STEPS, 2, (step, branch) -> step == 0 || step == (branch == 0 ? 5 : 2));
    assertThat(refine(wrong, 10 / 14.0, 2)).isEqualTo(best());
  }

  @Test
  void aPlanThatIsTooDearIsMadeCheaperEvenWhereThatRaisesTheError() {
    CachePlan plan = refine(best(), 11 / 14.0, 1);
    assertThat(plan.cacheUtilisation()).isCloseTo(11 / 14.0, within(1e-9));
    assertThat(rounds.get(0).error()).isPositive();
  }

  @Test
  void everyRoundDecidesOnABatchOfItsOwnFourTimesAsLarge() {
    refine(best(), 10 / 14.0, 2);
    assertThat(opened).containsExactly(List.of(0, 1), List.of(1, 4), List.of(2, 1), List.of(3, 4));
  }

  @Test
  void noRoundsLeaveThePlan() {
    assertThat(refine(best(), 0, 0)).isEqualTo(best());
    assertThat(opened).isEmpty();
  }

  @Test
  void cellsToTheTargetAreCountedByTheirMeanCost() {
    // Full steps cost 2 + 1 + 3, so 24; a cell is 2 in the mean.
    ComputeCost cost = new ComputeCost(2, new long[] {1, 3});
    CachePlan full = CachePlan.ofSteps(4, 2, step -> true);
    PlanRefinement.Settings settings = new PlanRefinement.Settings(1, 1);
    assertThat(new PlanRefinement(new PlanTarget(cost, 18), settings).cellsToTarget(full))
        .isEqualTo(3);
    assertThat(new PlanRefinement(new PlanTarget(cost, 30), settings).cellsToTarget(full))
        .isEqualTo(3);
    assertThat(new PlanRefinement(new PlanTarget(cost, 24), settings).cellsToTarget(full)).isZero();
  }

  @Test
  void settingsOutOfRangeAreNamed() {
    assertThatThrownBy(() -> new PlanRefinement.Settings(-1, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1 rounds of 5 forwards");
    assertThatThrownBy(() -> new PlanRefinement.Settings(1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 rounds of 0 forwards");
  }
}
