package io.harmonica.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What holds for every plan, however its cells are drawn. */
final class CachePlanPropertyTest {

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void cacheThatFollowsThePlanHoldsJustWhatIsReused(
      @ForAll @IntRange(min = 1, max = 8) int steps,
      @ForAll @IntRange(min = 1, max = 6) int branches,
      @ForAll @IntRange(min = 0, max = 4) int quarters,
      @ForAll long seed) {
    Random random = new Random(seed);
    CachePlan plan =
        CachePlan.of(steps, branches, (step, branch) -> random.nextDouble() < quarters / 4.0);
    Set<Integer> held = new HashSet<>();
    int peak = 0;
    int reused = 0;
    for (int step = 0; step < steps; step++) {
      // A feature that is reused for the last time lives until the step ends.
      Set<Integer> freed = new HashSet<>();
      for (int branch = 0; branch < branches; branch++) {
        if (plan.computes(step, branch)) {
          assertThat(held).as("never overwritten unused").doesNotContain(branch);
        } else {
          assertThat(held).as("step %d", step).contains(branch);
          reused++;
        }
        if (plan.lifetimes().keeps(step, branch)) {
          held.add(branch);
        }
        if (plan.lifetimes().ends(step, branch)) {
          freed.add(branch);
        }
      }
      peak = Math.max(peak, held.size());
      held.removeAll(freed);
    }
    assertThat(held).isEmpty();
    assertThat(plan.lifetimes().peak()).isEqualTo(peak);
    assertThat(plan.cacheUtilisation() * steps * branches).isBetween(reused - 1e-6, reused + 1e-6);
  }
}
