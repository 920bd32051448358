package io.harmonica.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A plan's questions, answered by hand. */
final class CachePlanTest {
  /** Three branches over four steps: # computes, . reuses. */
  private static final CachePlan PLAN = plan("###", "#..", ".#.", "..#");

  static CachePlan plan(String... rows) {
    return CachePlan.of(
        rows.length, rows[0].length(), (step, branch) -> rows[step].charAt(branch) == '#');
  }

  @Test
  void firstStepComputesEverythingWhateverTheRuleSays() {
    CachePlan plan = CachePlan.of(3, 2, (step, branch) -> false);
    assertThat(plan).hasToString("##\n..\n..\n");
    assertThat(plan.reused(0)).isZero();
    assertThat(CachePlan.ofSteps(2, 2, step -> false)).hasToString("##\n..\n");
  }

  @Test
  void cellsAreThoseOfTheRule() {
    assertThat(PLAN.steps()).isEqualTo(4);
    assertThat(PLAN.branches()).isEqualTo(3);
    assertThat(PLAN).hasToString("###\n#..\n.#.\n..#\n");
  }

  @Test
  void onlyWhatTheNextStepReusesIsStored() {
    assertThat(cells(PLAN.lifetimes()::keeps)).isEqualTo(".xx x.. .x. ...");
  }

  @Test
  void lastReuseReleases() {
    assertThat(cells(PLAN.lifetimes()::ends)).isEqualTo("... .x. ..x xx.");
  }

  private static String cells(CellRule question) {
    StringBuilder text = new StringBuilder();
    for (int step = 0; step < PLAN.steps(); step++) {
      for (int branch = 0; branch < PLAN.branches(); branch++) {
        text.append(question.computes(step, branch) ? 'x' : '.');
      }
      text.append(' ');
    }
    return text.toString().trim();
  }

  @Test
  void reuseIsCounted() {
    assertThat(PLAN.reused(0)).isZero();
    assertThat(PLAN.reused(1)).isEqualTo(2);
    assertThat(PLAN.reused(2)).isEqualTo(2);
    assertThat(PLAN.reused(3)).isEqualTo(2);
    assertThat(PLAN.cacheUtilisation()).isEqualTo(0.5);
  }

  @Test
  void peakCountsFeaturesUntilTheStepOfTheirLastReuseEnds() {
    // Step 1 stores branch 0 while 1 and 2 are still there.
    assertThat(PLAN.lifetimes().peak()).isEqualTo(3);
    assertThat(plan("##", "##", "##").lifetimes().peak()).isZero();
    assertThat(plan("###", "##.", "###").lifetimes().peak()).isEqualTo(1);
    assertThat(plan("####", "##..", "..##").lifetimes().peak()).isEqualTo(4);
  }

  @Test
  void plansAreEqualByTheirCells() {
    CachePlan same = plan("###", "#..", ".#.", "..#");
    assertThat(PLAN).isEqualTo(same).hasSameHashCodeAs(same);
    assertThat(PLAN).isNotEqualTo(plan("###", "#..", ".#.", "..."));
    // The same bits in another shape.
    assertThat(plan("##", "##")).isNotEqualTo(plan("####"));
    assertThat(PLAN).isNotEqualTo(null).isNotEqualTo("plan");
  }

  @Test
  void emptyPlansAreRefused() {
    assertThatThrownBy(() -> CachePlan.of(0, 3, (step, branch) -> true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 steps and 3 branches");
    assertThatThrownBy(() -> CachePlan.ofSteps(2, -1, step -> true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 steps and -1 branches");
  }

  @Test
  void plansThatNoModelHasAreRefused() {
    assertThatThrownBy(() -> CachePlan.ofSteps(1000, 1001, step -> true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1000 steps and 1001 branches")
        .hasMessageContaining("at most 1000000 cells");
    // As an int the product would be 0.
    assertThatThrownBy(() -> CachePlan.ofSteps(1 << 16, 1 << 16, step -> true))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @Timeout(30)
  void largestPlanOfAFileTakesMoments() {
    CachePlan plan = CachePlan.ofSteps(1000, 1000, step -> step % 2 == 0);
    assertThat(plan.forecasting(new TaylorForecast(1)).mostTerms()).isEqualTo(2);
  }

  @Test
  void cellsOutsideAreRefused() {
    assertThatThrownBy(() -> PLAN.computes(4, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> PLAN.computes(-1, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    // Without a check this would be a cell of the next row.
    assertThatThrownBy(() -> PLAN.computes(1, 3))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("step 1, branch 3 in a plan of 4 x 3");
  }
}
