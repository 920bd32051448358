package io.harmonica.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.FeatureLifetimes;
import io.harmonica.plan.Forecast;
import io.harmonica.plan.ForecastRule;
import io.harmonica.plan.RandomPlans;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What holds for the caches under every plan. */
final class CachePropertyTest {

  @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
  void outputsAreTheWeightedSumsAndBytesThoseOfThePlan(
      @ForAll @IntRange(min = 1, max = 10) int steps,
      @ForAll @IntRange(min = 1, max = 4) int branches,
      @ForAll @IntRange(min = 1, max = 2) int halves,
      @ForAll long seed) {
    Random random = new Random(seed);
    CachePlan plan = RandomPlans.draw(random, steps, branches, halves);
    ToyBranches toy = ToyBranches.random(random, steps, branches);
    try (NDManager manager = NDManager.newBaseManager()) {
      ToyBranches.Run run = toy.planned(manager, plan);
      double[][][] exact = toy.exact(plan);
      float[][][] told = toy.told(manager, plan);
      for (int step = 0; step < steps; step++) {
        for (int branch = 0; branch < branches; branch++) {
          for (int i = 0; i < exact[step][branch].length; i++) {
            double expected = exact[step][branch][i];
            assertThat((double) run.outputs()[step][branch][i]).isCloseTo(expected, within(1e-5));
            assertThat((double) told[step][branch][i]).isCloseTo(expected, within(1e-5));
          }
        }
        assertThat(run.bytes().get(step)).isEqualTo(keptAfter(plan, step) * ToyBranches.BYTES);
      }
      assertThat(run.bytes().get(steps - 1)).as("after the last use").isZero();
      assertThat(run.peakBytes()).isEqualTo(plan.lifetimes().peakBytes(3, 2));
      assertThat(manager.getManagedArrays()).isEmpty();
    }
  }

  /** Outputs that lie in memory when a step has ended. */
  private static long keptAfter(CachePlan plan, int now) {
    FeatureLifetimes lifetimes = plan.lifetimes();
    long kept = 0;
    for (int branch = 0; branch < plan.branches(); branch++) {
      boolean needed = false;
      for (int step = 0; step <= now; step++) {
        needed |= lifetimes.keeps(step, branch) && now < lifetimes.end(branch);
      }
      if (lifetimes.capacity(branch) > 0) {
        kept += needed ? lifetimes.capacity(branch) : 0;
      } else {
        boolean taken = now + 1 < plan.steps() && !plan.computes(now + 1, branch);
        kept += taken ? 1 : 0;
      }
    }
    return kept;
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void weightOneGivesTheVeryBytesOfPlainReuse(
      @ForAll @IntRange(min = 2, max = 10) int steps,
      @ForAll @IntRange(min = 1, max = 4) int branches,
      @ForAll long seed) {
    Random random = new Random(seed);
    ToyBranches toy = ToyBranches.random(random, steps, branches);
    // Numbers that arithmetic would not leave alone.
    toy.outputs()[0][0][0] = -0f;
    toy.outputs()[0][0][1] = Float.MIN_VALUE;
    toy.outputs()[0][0][2] = Float.NaN;
    CachePlan mixed = RandomPlans.draw(random, steps, branches, 1);
    CachePlan plain = mixed.forecasting(ForecastRule.REUSE);
    CachePlan ones = mixed.forecasting((step, branch, history) -> Forecast.of(1, 0, 0));
    assertThat(ones).isEqualTo(plain);
    try (NDManager manager = NDManager.newBaseManager()) {
      float[][][] expected = toy.planned(manager, plain).outputs();
      float[][][] among = toy.planned(manager, mixed).outputs();
      assertThat(bits(toy.planned(manager, ones).outputs())).isDeepEqualTo(bits(expected));
      assertThat(bits(toy.told(manager, plain))).isDeepEqualTo(bits(expected));
      for (int step = 0; step < steps; step++) {
        for (int branch = 0; branch < branches; branch++) {
          if (!mixed.computes(step, branch) && mixed.forecast(step, branch).repeats()) {
            assertThat(bits(among[step][branch])).isEqualTo(bits(expected[step][branch]));
          }
        }
      }
    }
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }

  private static int[][][] bits(float[][][] outputs) {
    int[][][] bits = new int[outputs.length][outputs[0].length][];
    for (int step = 0; step < bits.length; step++) {
      for (int branch = 0; branch < bits[step].length; branch++) {
        bits[step][branch] = bits(outputs[step][branch]);
      }
    }
    return bits;
  }

  @Test
  void managedArraysAreFlatOverTrajectories() {
    Random random = new Random(3);
    try (NDManager manager = NDManager.newBaseManager()) {
      for (int i = 0; i < 60; i++) {
        CachePlan plan = RandomPlans.draw(random, 8, 3, 1 + i % 2);
        ToyBranches toy = ToyBranches.random(random, 8, 3);
        toy.planned(manager, plan);
        toy.told(manager, plan);
        assertThat(manager.getManagedArrays()).as("trajectory %d", i).isEmpty();
      }
    }
  }
}
