package io.harmonica.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Lifetimes against a simulation that asks every later forecast what it takes. */
final class FeatureLifetimesTest {

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void theyAreWhatEveryForecastTakes(
      @ForAll @IntRange(min = 1, max = 10) int steps,
      @ForAll @IntRange(min = 1, max = 5) int branches,
      @ForAll long seed) {
    CachePlan plan = RandomPlans.draw(new Random(seed), steps, branches, 1);
    FeatureLifetimes lifetimes = plan.lifetimes();
    int[] kept = new int[steps];
    int[] repeated = new int[steps];
    for (int branch = 0; branch < branches; branch++) {
      int[] alive = alive(plan, branch);
      int end = 0;
      boolean blended = false;
      for (int step = 0; step < steps; step++) {
        int last = lastUse(plan, step, branch);
        assertThat(lifetimes.keeps(step, branch)).isEqualTo(last > step);
        end = Math.max(end, last);
        if (!plan.computes(step, branch)) {
          blended |= !plan.forecast(step, branch).repeats();
          int newest = plan.history(step, branch)[0];
          assertThat(lifetimes.ends(step, branch)).isEqualTo(lastUse(plan, newest, branch) == step);
        } else {
          assertThat(lifetimes.ends(step, branch)).isFalse();
        }
      }
      assertThat(lifetimes.end(branch)).isEqualTo(end);
      int most = Arrays.stream(alive).max().orElseThrow();
      assertThat(lifetimes.capacity(branch)).isEqualTo(blended ? most : 0);
      boolean begun = false;
      for (int step = 0; step < steps; step++) {
        begun |= alive[step] > 0;
        kept[step] += blended ? (begun && step <= end ? most : 0) : alive[step];
        repeated[step] += blended ? 0 : alive[step];
      }
    }
    assertThat(lifetimes.peak()).isEqualTo(Arrays.stream(kept).max().orElseThrow());
    assertThat(lifetimes.peakRepeated()).isEqualTo(Arrays.stream(repeated).max().orElseThrow());
  }

  /** The last step whose forecast takes what a cell computes; 0 if none does. */
  private static int lastUse(CachePlan plan, int computed, int branch) {
    int last = 0;
    for (int step = computed + 1; step < plan.steps(); step++) {
      if (!plan.computes(step, branch)) {
        int terms = plan.forecast(step, branch).terms();
        boolean taken =
            Arrays.stream(plan.history(step, branch)).limit(terms).anyMatch(at -> at == computed);
        last = taken ? step : last;
      }
    }
    return last;
  }

  /** How many outputs of a branch are there at each step and taken then or later. */
  private static int[] alive(CachePlan plan, int branch) {
    int[] alive = new int[plan.steps()];
    for (int now = 0; now < alive.length; now++) {
      for (int step = 0; step <= now; step++) {
        int last = lastUse(plan, step, branch);
        alive[now] += last > step && last >= now ? 1 : 0;
      }
    }
    return alive;
  }
}
