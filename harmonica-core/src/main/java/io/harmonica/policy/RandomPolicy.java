package io.harmonica.policy;

import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.CachePolicy;
import io.harmonica.plan.PlanRequest;
import java.util.BitSet;
import java.util.Random;

/**
 * Reuses branches at random: exactly so many cells as a cache utilisation ratio asks for, drawn
 * uniformly from the steps after the first. What every other policy must beat.
 *
 * @param utilisation CUR to reach, from 0 to below 1; rounded to whole cells
 * @param seed decides which cells are reused
 */
public record RandomPolicy(double utilisation, long seed) implements CachePolicy {
  /** Spreads neighbouring seeds, which the generator would start almost alike. */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  /**
   * Checks the ratio.
   *
   * @param utilisation see the record
   * @param seed see the record
   * @throws IllegalArgumentException if the ratio is not from 0 to below 1
   */
  public RandomPolicy {
    if (!(utilisation >= 0 && utilisation < 1)) {
      throw new IllegalArgumentException(
          "random cache utilisation is " + utilisation + ", expected 0 to below 1, such as 0.375");
    }
  }

  @Override
  public CachePlan plan(PlanRequest request) {
    int steps = request.steps();
    BranchLayout layout = request.layout();
    int branches = layout.branches();
    int cells = Math.max(0, steps - 1) * branches;
    int reused = (int) Math.round(utilisation * steps * branches);
    if (reused > cells) {
      throw new IllegalArgumentException(
          "random cache utilisation is %s, but %d steps reach %.3f at most; ask for less"
              .formatted(utilisation, steps, (double) cells / ((double) steps * branches)));
    }
    BitSet chosen = draw(cells, reused);
    return CachePlan.of(
        steps, branches, (step, branch) -> !chosen.get((step - 1) * branches + branch));
  }

  /** Draws some of the cells without replacement (Floyd's method). */
  private BitSet draw(int cells, int count) {
    Random random = new Random(seed * SPREAD);
    BitSet chosen = new BitSet(cells);
    for (int last = cells - count; last < cells; last++) {
      int cell = random.nextInt(last + 1);
      chosen.set(chosen.get(cell) ? last : cell);
    }
    return chosen;
  }

  @Override
  public String name() {
    return "random:" + utilisation + ":" + seed;
  }
}
