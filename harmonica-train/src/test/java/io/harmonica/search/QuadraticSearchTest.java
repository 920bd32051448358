package io.harmonica.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.harmonica.plan.CachePlan;
import io.harmonica.plan.Cell;
import io.harmonica.plan.ComputeCost;
import io.harmonica.plan.PlanTarget;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The search on the host against every set of moves there is. */
final class QuadraticSearchTest {
  private static final int STEPS = 4;
  private static final int BRANCHES = 4;
  private static final int VALUES = 30;

  private static ImageEffects random(int moves, long seed) {
    Random random = new Random(seed);
    float[][] effects = new float[moves][VALUES];
    float[] error = new float[VALUES];
    for (int value = 0; value < VALUES; value++) {
      error[value] = (float) random.nextGaussian();
      for (float[] effect : effects) {
        effect[value] = (float) (0.5 * random.nextGaussian());
      }
    }
    return ImageEffects.of(VALUES, error, effects);
  }

  private static double error(ImageEffects effects, List<Move> all, List<Move> made) {
    double sum = 0;
    for (int value = 0; value < VALUES; value++) {
      double x = effects.error()[value];
      for (Move move : made) {
        x += effects.effects()[all.indexOf(move)][value];
      }
      sum += x * x;
    }
    return sum / VALUES;
  }

  private static double least(
      ImageEffects effects, Draft draft, List<Move> all, PlanTarget target, int radius) {
    double least = Double.POSITIVE_INFINITY;
    for (int code = 0; code < 1 << all.size(); code++) {
      List<Move> moves = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        if ((code >> i & 1) == 1) {
          moves.add(all.get(i));
        }
      }
      if (moves.size() <= radius && target.metBy(draft.with(moves).plan())) {
        least = Math.min(least, error(effects, all, moves));
      }
    }
    return least;
  }

  private static List<Move> switches(Draft draft) {
    return Moves.of(draft, new float[draft.plan().steps()][draft.plan().branches()]).stream()
        .sorted(
            Comparator.comparingInt(
                move -> move.cell().step() * draft.plan().branches() + move.cell().branch()))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 12})
  void comesCloseToTheBestThatThereIs(int radius) {
    Draft draft =
        Draft.of(CachePlan.of(STEPS, BRANCHES, (step, branch) -> (step + branch) % 2 == 0), 0);
    PlanTarget target = PlanTarget.of(new ComputeCost(7, new long[] {3, 5, 3, 5}), draft.plan());
    List<Move> all = switches(draft);
    double found = 0;
    double best = 0;
    for (int seed = 0; seed < 10; seed++) {
      ImageEffects effects = random(all.size(), seed);
      List<Move> moves = new QuadraticSearch(effects, draft, all, target).best(radius);
      assertThat(moves).hasSizeLessThanOrEqualTo(radius).doesNotHaveDuplicates();
      assertThat(target.metBy(draft.with(moves).plan())).isTrue();
      assertThat(error(effects, all, moves)).isLessThanOrEqualTo(effects.baseError());
      found += error(effects, all, moves);
      best += least(effects, draft, all, target, radius);
    }
    assertThat(found).isGreaterThanOrEqualTo(best - 1e-9).isLessThan(1.25 * best);
  }

  @Test
  void aCellMakesOneMoveAtMost() {
    Draft draft = Draft.of(CachePlan.ofSteps(3, 2, step -> step != 2), 0);
    Cell cell = new Cell(2, 1);
    List<Move> moves =
        List.of(new Move(cell, 1), new Move(cell, Move.COMPUTE), new Move(new Cell(1, 0), 0));
    // Each alone takes the error away; two of them together would overshoot less than they help.
    ImageEffects effects =
        ImageEffects.of(1, new float[] {-3}, new float[][] {{1.4f}, {1.5f}, {0}});
    PlanTarget target = PlanTarget.utilisation(3, 2, 1 / 3.0);
    List<Move> chosen = new QuadraticSearch(effects, draft, moves, target).best(3);
    assertThat(chosen.stream().filter(move -> move.cell().equals(cell))).hasSize(1);
  }

  @Test
  void aPlanThatIsTooDearPaysWithWhatHurtsLeastForItsCost() {
    // Two branches of cost 1 and 4; reusing either raises the error from 0, by 1 and by 2.
    Draft full = Draft.of(CachePlan.ofSteps(2, 2, step -> true), 0);
    ComputeCost cost = new ComputeCost(0, new long[] {1, 4});
    List<Move> all = switches(full);
    ImageEffects effects =
        ImageEffects.of(1, new float[2], new float[][] {{(float) Math.sqrt(2), 0}, {0, 2}});
    assertThat(effects.baseError()).isZero();
    assertThat(new QuadraticSearch(effects, full, all, new PlanTarget(cost, 8)).best(2))
        .as("2 for 4 saved; 1 for 1 would not suffice")
        .containsExactly(all.get(1));
    assertThat(new QuadraticSearch(effects, full, all, new PlanTarget(cost, 5)).best(2))
        .containsExactlyElementsOf(all);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4})
  void whatTheTargetLeavesIsSpentWhereItHurtsLeast(int radius) {
    // Every cell that is computed instead raises the error, which happens between steps that agree.
    Draft reusing = Draft.of(CachePlan.ofSteps(2, 3, step -> step == 0), 0);
    List<Move> all = switches(reusing);
    ImageEffects effects = ImageEffects.of(1, new float[] {1}, new float[][] {{0.5f}, {0.1f}, {3}});
    PlanTarget third = PlanTarget.utilisation(2, 3, 2 / 6.0);
    assertThat(new QuadraticSearch(effects, reusing, all, third).best(radius))
        .containsExactly(all.get(1));
    PlanTarget half = PlanTarget.utilisation(2, 3, 0.5);
    assertThat(new QuadraticSearch(effects, reusing, all, half).best(radius)).isEmpty();
  }

  @Test
  void movesThatCancelAreFoundTogether() {
    Draft full = Draft.of(CachePlan.ofSteps(2, 3, step -> true), 0);
    List<Move> all = switches(full);
    ImageEffects effects = ImageEffects.of(1, new float[1], new float[][] {{1}, {-1}, {0.4f}});
    PlanTarget target = PlanTarget.utilisation(2, 3, 1.0 / 3);
    List<Move> moves = new QuadraticSearch(effects, full, all, target).best(3);
    assertThat(moves).hasSizeGreaterThanOrEqualTo(2);
    double sum = moves.stream().mapToDouble(m -> effects.effects()[all.indexOf(m)][0]).sum();
    assertThat(sum * sum).isCloseTo(0, within(0.37));
  }
}
