package io.harmonica.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.harmonica.plan.CachePlan;
import io.harmonica.plan.ComputeCost;
import io.harmonica.plan.PlanTarget;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The search on the host against every set of switches there is. */
final class QuadraticSearchTest {
  private static final int STEPS = 4;
  private static final int BRANCHES = 4;
  private static final int VALUES = 30;
  private static final List<Integer> CELLS =
      IntStream.range(BRANCHES, STEPS * BRANCHES).boxed().toList();

  private static ImageEffects random(long seed) {
    Random random = new Random(seed);
    float[][] effects = new float[CELLS.size()][VALUES];
    float[] error = new float[VALUES];
    for (int value = 0; value < VALUES; value++) {
      error[value] = (float) random.nextGaussian();
      for (float[] effect : effects) {
        effect[value] = (float) (0.5 * random.nextGaussian());
      }
    }
    return ImageEffects.of(VALUES, CELLS, error, effects);
  }

  private static double error(ImageEffects effects, List<Integer> switched) {
    double sum = 0;
    for (int value = 0; value < VALUES; value++) {
      double x = effects.error()[value];
      for (int cell : switched) {
        x += effects.effects()[CELLS.indexOf(cell)][value];
      }
      sum += x * x;
    }
    return sum / VALUES;
  }

  private static double least(ImageEffects effects, CachePlan plan, PlanTarget target, int radius) {
    double least = Double.POSITIVE_INFINITY;
    for (int code = 0; code < 1 << CELLS.size(); code++) {
      int bits = code;
      List<Integer> cells =
          CELLS.stream().filter(cell -> (bits >> CELLS.indexOf(cell) & 1) == 1).toList();
      if (cells.size() <= radius && target.metBy(PlanCells.switched(plan, cells))) {
        least = Math.min(least, error(effects, cells));
      }
    }
    return least;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 12})
  void comesCloseToTheBestThatThereIs(int radius) {
    CachePlan plan = CachePlan.of(STEPS, BRANCHES, (step, branch) -> (step + branch) % 2 == 0);
    PlanTarget target = PlanTarget.of(new ComputeCost(7, new long[] {3, 5, 3, 5}), plan);
    double found = 0;
    double best = 0;
    for (int seed = 0; seed < 10; seed++) {
      ImageEffects effects = random(seed);
      List<Integer> cells = new QuadraticSearch(effects, plan, target).best(radius);
      assertThat(cells).hasSizeLessThanOrEqualTo(radius).doesNotHaveDuplicates();
      assertThat(target.metBy(PlanCells.switched(plan, cells))).isTrue();
      assertThat(error(effects, cells)).isLessThanOrEqualTo(effects.baseError());
      found += error(effects, cells);
      best += least(effects, plan, target, radius);
    }
    assertThat(found).isGreaterThanOrEqualTo(best - 1e-9).isLessThan(1.25 * best);
  }

  @Test
  void aPlanThatIsTooDearPaysWithWhatHurtsLeastForItsCost() {
    // Two branches of cost 1 and 4; reusing either raises the error from 0, by 1 and by 2.
    CachePlan full = CachePlan.ofSteps(2, 2, step -> true);
    ComputeCost cost = new ComputeCost(0, new long[] {1, 4});
    ImageEffects effects =
        ImageEffects.of(
            1, List.of(2, 3), new float[2], new float[][] {{(float) Math.sqrt(2), 0}, {0, 2}});
    assertThat(effects.baseError()).isZero();
    assertThat(new QuadraticSearch(effects, full, new PlanTarget(cost, 8)).best(2))
        .as("2 for 4 saved; 1 for 1 would not suffice")
        .containsExactly(3);
    assertThat(new QuadraticSearch(effects, full, new PlanTarget(cost, 5)).best(2))
        .containsExactly(2, 3);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4})
  void whatTheTargetLeavesIsSpentWhereItHurtsLeast(int radius) {
    // Every cell that is computed instead raises the error, which happens between steps that agree.
    CachePlan reusing = CachePlan.ofSteps(2, 3, step -> step == 0);
    ImageEffects effects =
        ImageEffects.of(1, List.of(3, 4, 5), new float[] {1}, new float[][] {{0.5f}, {0.1f}, {3}});
    assertThat(
            new QuadraticSearch(effects, reusing, PlanTarget.utilisation(2, 3, 2 / 6.0))
                .best(radius))
        .containsExactly(4);
    assertThat(
            new QuadraticSearch(effects, reusing, PlanTarget.utilisation(2, 3, 0.5)).best(radius))
        .isEmpty();
  }

  @Test
  void switchesThatCancelAreFoundTogether() {
    CachePlan full = CachePlan.ofSteps(2, 3, step -> true);
    ImageEffects effects =
        ImageEffects.of(1, List.of(3, 4, 5), new float[1], new float[][] {{1}, {-1}, {0.4f}});
    PlanTarget target = PlanTarget.utilisation(2, 3, 1.0 / 3);
    List<Integer> cells = new QuadraticSearch(effects, full, target).best(3);
    assertThat(cells).hasSizeGreaterThanOrEqualTo(2);
    double sum = cells.stream().mapToDouble(c -> effects.effects()[c - 3][0]).sum();
    assertThat(sum * sum).isCloseTo(0, within(0.37));
  }
}
