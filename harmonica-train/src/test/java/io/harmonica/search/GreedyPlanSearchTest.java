package io.harmonica.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.ComputeCost;
import io.harmonica.plan.PlanTarget;
import io.harmonica.policy.IntervalPolicy;
import io.harmonica.policy.RandomPolicy;
import io.harmonica.train.PixelToy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The search against exhaustive search, on networks whose errors can be worked out by hand. */
final class GreedyPlanSearchTest {
  private static final GreedySearchConfig EXACT = new GreedySearchConfig(100_000, 8, 1);

  private static PlanSearchResult run(PixelToy toy, Function<PlanErrors, PlanSearchResult> search) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        GuidedDenoiser model = toy.bound(manager);
        PlanErrors errors = new PlanErrors(manager, model, toy.sampler(), toy.noise(manager))) {
      long before = errors.forwards();
      PlanSearchResult result = search.apply(errors);
      assertThat(result.forwards()).isEqualTo(errors.forwards() - before);
      return result;
    }
  }

  private static PlanSearchResult descend(
      PixelToy toy, PlanTarget target, GreedySearchConfig config) {
    return run(
        toy,
        errors ->
            new GreedyPlanSearch(target, config).descend(errors, full(toy), (found, spent) -> {}));
  }

  private static PlanSearchResult polish(
      PixelToy toy, PlanTarget target, CachePlan start, GreedySearchConfig config) {
    return run(
        toy,
        errors ->
            new GreedyPlanSearch(target, config).polish(errors, start, PlanSearchListener.NONE));
  }

  private static CachePlan full(PixelToy toy) {
    return CachePlan.ofSteps(toy.steps(), toy.branches(), step -> true);
  }

  /** The least error of all plans that meet a target. */
  private static double exhaustive(PixelToy toy, PlanTarget target) {
    int cells = (toy.steps() - 1) * toy.branches();
    double least = Double.POSITIVE_INFINITY;
    for (int code = 0; code < 1 << cells; code++) {
      int bits = code;
      CachePlan plan =
          CachePlan.of(
              toy.steps(),
              toy.branches(),
              (step, branch) -> (bits >> ((step - 1) * toy.branches() + branch) & 1) == 1);
      least = target.metBy(plan) ? Math.min(least, toy.error(plan)) : least;
    }
    return least;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
  void oneStepIsSearchedPerfectly(int reused) {
    // With one step to decide on, cells do not act on each other, and greedy is optimal.
    PixelToy toy = PixelToy.random(2, 6, 3);
    PlanTarget target = PlanTarget.utilisation(2, 6, reused / 12.0);
    PlanSearchResult result = descend(toy, target, EXACT);
    assertThat(result.found().plan().reused(1)).isEqualTo(reused);
    double best = exhaustive(toy, target);
    assertThat(toy.error(result.found().plan())).isCloseTo(best, within(1e-9));
    assertThat(result.found().error()).isCloseTo(best, within(1e-4 * best + 1e-12));
    assertThat(result.path()).hasSize(reused + 1);
  }

  @ParameterizedTest
  @CsvSource({"1, 0.25", "2, 0.25", "3, 0.4", "4, 0.4", "5, 0.5", "6, 0.5", "7, 0.6"})
  void descentAndPolishComeCloseToTheBest(int seed, double share) {
    PixelToy toy = PixelToy.random(5, 3, seed);
    PlanTarget target = PlanTarget.utilisation(5, 3, share);
    double best = exhaustive(toy, target);
    PlanSearchResult down = descend(toy, target, EXACT);
    assertThat(target.slack(down.found().plan())).isZero();
    double greedy = toy.error(down.found().plan());
    CachePlan random = new RandomPolicy(share, seed).plan(5, toy.layout());
    double chance =
        IntStream.range(0, 50)
            .mapToDouble(i -> toy.error(new RandomPolicy(share, i).plan(5, toy.layout())))
            .average()
            .orElseThrow();
    assertThat(greedy).isBetween(best - 1e-9, chance / 2);

    PlanSearchResult polished = polish(toy, target, down.found().plan(), EXACT);
    assertThat(target.metBy(polished.found().plan())).isTrue();
    double error = toy.error(polished.found().plan());
    assertThat(error).isBetween(best - 1e-9, greedy + 1e-9);
    double fromRandom = toy.error(polish(toy, target, random, EXACT).found().plan());
    assertThat(fromRandom).isBetween(best - 1e-9, toy.error(random));
    assertThat(Math.min(error, fromRandom)).isLessThan(1.5 * best + 1e-9);
  }

  @Test
  void pathIsMeasuredAndDescends() {
    PixelToy toy = PixelToy.random(5, 3, 2);
    PlanTarget target = PlanTarget.utilisation(5, 3, 0.6);
    PlanSearchResult result = descend(toy, target, EXACT);
    assertThat(result.start().plan()).isEqualTo(full(toy));
    assertThat(result.start().error()).isZero();
    for (MeasuredPlan point : result.path()) {
      double error = toy.error(point.plan());
      assertThat(point.error()).isCloseTo(error, within(1e-4 * error + 1e-9));
      assertThat(point.cost()).isEqualTo(target.cost().total(point.plan()));
    }
    assertThat(result.path())
        .extracting(MeasuredPlan::cost)
        .isSortedAccordingTo((a, b) -> Long.compare(b, a));
    PlanTarget milder = PlanTarget.utilisation(5, 3, 0.2);
    assertThat(result.at(milder).plan().cacheUtilisation()).isCloseTo(0.2, within(1e-9));
    assertThatThrownBy(() -> result.at(PlanTarget.utilisation(5, 3, 0.8)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void savingsCountByTheirCost() {
    // Reusing pixel 0 errs by 1 and saves 1, pixel 1 errs by 4 and saves 10: the second is cheaper.
    PixelToy toy = new PixelToy(new double[][] {{0, 0}, {1, 2}}, 1, 10);
    PlanTarget target = new PlanTarget(toy.cost(), 21);
    CachePlan found = descend(toy, target, EXACT).found().plan();
    assertThat(found).hasToString("##\n#.\n");
    // Counted alike, the first is.
    CachePlan alike = descend(toy, PlanTarget.utilisation(2, 2, 0.25), EXACT).found().plan();
    assertThat(alike).hasToString("##\n.#\n");
  }

  @Test
  void tradeLowersTheErrorAtEqualCost() {
    // Pixel 1 errs by 9 and pixel 0 by 1: computing the former instead is the one better plan.
    PixelToy toy = new PixelToy(new double[][] {{0, 0}, {1, 3}}, 1, 1);
    CachePlan start = CachePlan.of(2, 2, (step, branch) -> branch == 0);
    PlanTarget target = PlanTarget.of(toy.cost(), start);
    PlanSearchResult result = polish(toy, target, start, EXACT);
    assertThat(result.found().plan()).hasToString("##\n.#\n");
    assertThat(result.start().error() / result.found().error()).isCloseTo(9, within(1e-3));
  }

  @Test
  void shiftMovesAComputationToWhereTheOutputChanges() {
    // The output jumps at step 2; computing at step 1 instead is of no use.
    PixelToy toy = new PixelToy(new double[][] {{0}, {0}, {1}, {1}}, 1);
    CachePlan start = CachePlan.ofSteps(4, 1, step -> step == 1);
    PlanSearchResult result = polish(toy, PlanTarget.of(toy.cost(), start), start, EXACT);
    assertThat(result.found().plan()).hasToString("#\n.\n#\n.\n");
    assertThat(result.found().error()).isLessThan(1e-10);
  }

  @Test
  void unspentCostIsSpent() {
    PixelToy toy = PixelToy.random(4, 2, 5);
    CachePlan start = new IntervalPolicy(4).plan(4, toy.layout());
    PlanTarget target = PlanTarget.utilisation(4, 2, 0.5);
    PlanSearchResult result = polish(toy, target, start, EXACT);
    assertThat(target.slack(result.found().plan())).isZero();
    assertThat(result.found().error()).isLessThan(result.start().error());
  }

  @Test
  void polishNeverRaisesTheError() {
    PixelToy toy = PixelToy.random(8, 4, 9);
    CachePlan start = new IntervalPolicy(2).plan(8, toy.layout());
    List<MeasuredPlan> seen = new ArrayList<>();
    PlanSearchResult result =
        run(
            toy,
            errors ->
                new GreedyPlanSearch(
                        PlanTarget.of(toy.cost(), start), GreedySearchConfig.budget(5000))
                    .polish(errors, start, (found, spent) -> seen.add(found)));
    assertThat(seen).isEqualTo(result.path());
    for (int i = 1; i < seen.size(); i++) {
      assertThat(seen.get(i).error()).isLessThan(seen.get(i - 1).error());
      assertThat(seen.get(i).cost()).isLessThanOrEqualTo(seen.get(0).cost());
    }
    assertThat(result.found().error()).isLessThan(0.5 * result.start().error());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 30, 100, 400})
  void budgetIsKeptAndTheTargetMet(long budget) {
    PixelToy toy = PixelToy.random(8, 4, 9);
    PlanTarget target = PlanTarget.utilisation(8, 4, 0.5);
    PlanSearchResult down = descend(toy, target, GreedySearchConfig.budget(budget));
    assertThat(down.found().plan().cacheUtilisation()).isCloseTo(0.5, within(1e-9));
    // The first and the last plan are measured whatever the budget, 8 forwards each.
    assertThat(down.forwards()).isLessThanOrEqualTo(budget + 16);
    CachePlan start = new IntervalPolicy(2).plan(8, toy.layout());
    PlanSearchResult polished = polish(toy, target, start, GreedySearchConfig.budget(budget));
    assertThat(polished.forwards()).isLessThanOrEqualTo(budget + 8);
    assertThat(polished.found().error()).isLessThanOrEqualTo(polished.start().error());
  }

  @Test
  void lazyMeasuringSavesForwards() {
    PixelToy toy = PixelToy.random(8, 4, 9);
    PlanTarget target = PlanTarget.utilisation(8, 4, 0.5);
    PlanSearchResult lazy = descend(toy, target, new GreedySearchConfig(100_000, 4, 1));
    PlanSearchResult eager = descend(toy, target, new GreedySearchConfig(100_000, 28, 1));
    assertThat(lazy.forwards()).isLessThan(eager.forwards() / 2);
    assertThat(lazy.found().error()).isLessThan(3 * eager.found().error());
  }

  @Test
  void searchIsDeterministic() {
    PixelToy toy = PixelToy.random(6, 4, 4);
    PlanTarget target = PlanTarget.speedup(toy.cost(), 6, 2);
    GreedySearchConfig config = GreedySearchConfig.budget(500);
    assertThat(descend(toy, target, config)).isEqualTo(descend(toy, target, config));
    CachePlan start = new RandomPolicy(0.5, 1).plan(6, toy.layout());
    assertThat(polish(toy, target, start, config)).isEqualTo(polish(toy, target, start, config));
  }

  @Test
  void targetsAreChecked() {
    ComputeCost cost = new ComputeCost(1, new long[] {1, 2});
    assertThat(PlanTarget.speedup(cost, 10, 1.6).total()).isEqualTo(25);
    assertThat(PlanTarget.utilisation(10, 4, 0.375).total()).isEqualTo(25);
    for (double speedup : new double[] {0.9, 3.1, Double.NaN}) {
      // 10 steps cost 40, and at least 4 + 9 x 1.
      assertThatThrownBy(() -> PlanTarget.speedup(cost, 10, speedup))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(Double.toString(speedup))
          .hasMessageContaining("3.077");
    }
    assertThatThrownBy(() -> PlanTarget.utilisation(10, 4, 0.95))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0.95")
        .hasMessageContaining("0.900");
  }

  @Test
  void whatCannotBeReachedIsRefused() {
    PixelToy toy = PixelToy.random(3, 2, 1);
    assertThatThrownBy(() -> descend(toy, new PlanTarget(toy.cost(), 1), EXACT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("target cost is 1")
        .hasMessageContaining("at least 2");
    assertThatThrownBy(() -> polish(toy, new PlanTarget(toy.cost(), 4), full(toy), EXACT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("costs 6")
        .hasMessageContaining("target 4");
    assertThatThrownBy(() -> new GreedySearchConfig(100, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("candidates is 0");
  }
}
