package io.harmonica.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import io.harmonica.plan.BranchKind;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.CachePolicy;
import io.harmonica.plan.Forecast;
import io.harmonica.plan.HermiteForecast;
import io.harmonica.plan.ModelFit;
import io.harmonica.plan.PlanRequest;
import io.harmonica.plan.PolynomialForecast;
import io.harmonica.plan.TaylorForecast;
import io.harmonica.router.RandomRouters;
import io.harmonica.router.Router;
import io.harmonica.router.RouterProvenance;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every policy promises, and how the rules are named. */
final class CachePolicyContractTest {
  private static final int STEPS = 10;
  private static final BranchLayout LAYOUT =
      new BranchLayout(3, List.of(BranchKind.SELF_ATTENTION, BranchKind.FEED_FORWARD));

  static Stream<CachePolicy> rules() {
    return Stream.of(
        new FullPolicy(),
        new IntervalPolicy(1),
        new IntervalPolicy(2),
        new IntervalPolicy(3),
        new RandomPolicy(0, 0),
        new RandomPolicy(0.375, 0),
        new RandomPolicy(0.5, -7),
        new RandomPolicy(0.5, 12_345_678_901L),
        new DeltaDitPolicy(1, 0, 2),
        new DeltaDitPolicy(2, 5, 2),
        new DeltaDitPolicy(3, 100, 3),
        new TaylorSeerPolicy(1, 0, 1),
        new TaylorSeerPolicy(2, 1, TaylorSeerPolicy.USUAL_FIRST),
        new TaylorSeerPolicy(4, 4, 3),
        new HiCachePolicy(2, 1, 2, HiCachePolicy.USUAL_SCALE),
        new HiCachePolicy(3, 2, 1, HiCachePolicy.USUAL_SCALE),
        new HiCachePolicy(4, 4, 2, 0.7),
        new PolynomialPolicy(1, 0, 1),
        new PolynomialPolicy(3, 2, 2));
  }

  static Stream<CachePolicy> policies() {
    RouterProvenance unknown = new RouterProvenance("m", "", "", 0, 0.5, 0, "", Map.of());
    float[][] logits = RandomRouters.logits(STEPS, LAYOUT.branches(), new Random(1));
    return Stream.concat(
        rules(),
        Stream.of(
            new SmoothCachePolicy(SmoothCachePolicyTest.rising(STEPS, LAYOUT), 0.25),
            new LinearPolicy(
                new ModelFit("m", "", ""),
                LAYOUT,
                CachePlan.ofSteps(STEPS, LAYOUT.branches(), step -> step % 3 == 0)
                    .forecasting(new TaylorForecast(1)),
                Map.of()),
            new EcadPolicy(
                LAYOUT,
                CachePlan.of(STEPS, LAYOUT.branches(), (step, branch) -> step % 2 == branch % 2)),
            new Router(logits, unknown)));
  }

  @ParameterizedTest
  @MethodSource("policies")
  void planFitsTheRun(CachePolicy policy) {
    CachePlan plan = policy.plan(PlanRequest.of(STEPS, LAYOUT));
    assertThat(plan.steps()).isEqualTo(STEPS);
    assertThat(plan.branches()).isEqualTo(LAYOUT.branches());
    assertThat(plan.reused(0)).isZero();
  }

  @ParameterizedTest
  @MethodSource("policies")
  void planIsTheSameEachTime(CachePolicy policy) {
    assertThat(policy.plan(PlanRequest.of(STEPS, LAYOUT)))
        .isEqualTo(policy.plan(PlanRequest.of(STEPS, LAYOUT)));
  }

  @ParameterizedTest
  @MethodSource("policies")
  void anyRunFitsWhatKnowsNoModel(CachePolicy policy) {
    CachePlan plan =
        policy.plan(new PlanRequest(STEPS, LAYOUT, new ModelFit("any", "0123", "ddim")));
    assertThat(plan).isEqualTo(policy.plan(PlanRequest.of(STEPS, LAYOUT)));
  }

  @ParameterizedTest
  @MethodSource("policies")
  void runWithoutStepsIsRefused(CachePolicy policy) {
    Throwable refusal = catchThrowable(() -> policy.plan(PlanRequest.of(0, LAYOUT)));
    assertThat(refusal).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("0");
    assertThat(refusal.getMessage().lines()).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void rulesFitEveryNumberOfSteps(CachePolicy rule) {
    for (int steps : new int[] {2, 7, 50}) {
      assertThat(rule.plan(PlanRequest.of(steps, LAYOUT)).steps()).isEqualTo(steps);
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void nameOfARuleReadsBack(CachePolicy rule) throws IOException {
    assertThat(CachePolicies.parse(rule.name())).isEqualTo(rule);
  }

  @Test
  void namesIgnoreCase() throws IOException {
    assertThat(CachePolicies.parse("Interval:4")).isEqualTo(new IntervalPolicy(4));
    assertThat(CachePolicies.parse("FULL")).isEqualTo(new FullPolicy());
  }

  @Test
  void fullNeverReuses() {
    assertThat(new FullPolicy().plan(PlanRequest.of(5, LAYOUT)).cacheUtilisation()).isZero();
    assertThat(new IntervalPolicy(1).plan(PlanRequest.of(5, LAYOUT)))
        .isEqualTo(new FullPolicy().plan(PlanRequest.of(5, LAYOUT)));
  }

  @Test
  void intervalComputesEveryNthStep() {
    BranchLayout two = new BranchLayout(1, LAYOUT.kinds());
    assertThat(new IntervalPolicy(3).plan(PlanRequest.of(7, two)))
        .hasToString("##\n..\n..\n##\n..\n..\n##\n");
  }

  @Test
  void everyRuleIsUnderContract() {
    List<String> tested =
        policies()
            .map(policy -> policy.name().split(":", 2)[0])
            .filter(name -> !name.equals("router"))
            .distinct()
            .toList();
    assertThat(CachePolicies.usages())
        .extracting(usage -> usage.split(":", 2)[0])
        .containsExactlyElementsOf(tested);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0.1, 6", "0.375, 23", "0.5, 30", "0.9, 54"})
  void randomReusesExactlyItsShare(double utilisation, int cells) {
    for (int seed = 0; seed < 20; seed++) {
      CachePlan plan = new RandomPolicy(utilisation, seed).plan(PlanRequest.of(STEPS, LAYOUT));
      assertThat(plan.cacheUtilisation()).isCloseTo(cells / 60.0, within(1e-12));
    }
  }

  @Test
  void randomIsUniformOverStepsAndBranches() {
    // 2000 plans reuse each of the 54 cells with probability 23 / 54, within 5 deviations of 0.011.
    int[][] reused = new int[STEPS][LAYOUT.branches()];
    for (int seed = 0; seed < 2000; seed++) {
      CachePlan plan = new RandomPolicy(0.375, seed).plan(PlanRequest.of(STEPS, LAYOUT));
      for (int step = 0; step < STEPS; step++) {
        for (int branch = 0; branch < LAYOUT.branches(); branch++) {
          reused[step][branch] += plan.computes(step, branch) ? 0 : 1;
        }
      }
    }
    assertThat(reused[0]).containsOnly(0);
    for (int step = 1; step < STEPS; step++) {
      for (int count : reused[step]) {
        assertThat(count / 2000.0).isCloseTo(23 / 54.0, within(0.055));
      }
    }
  }

  @Test
  void randomSeedsDiffer() throws IOException {
    assertThat(new RandomPolicy(0.375, 1).plan(PlanRequest.of(STEPS, LAYOUT)))
        .isNotEqualTo(new RandomPolicy(0.375, 2).plan(PlanRequest.of(STEPS, LAYOUT)));
    assertThat(CachePolicies.parse("random:0.375")).isEqualTo(new RandomPolicy(0.375, 0));
  }

  @Test
  void randomRefusesMoreThanTheFirstStepLeaves() {
    assertThatThrownBy(() -> new RandomPolicy(0.75, 0).plan(PlanRequest.of(2, LAYOUT)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0.75")
        .hasMessageContaining("2 steps reach 0.500");
  }

  @Test
  void deltaDitSkipsRearBlocksEarlyAndFrontBlocksLate() {
    assertThat(new DeltaDitPolicy(2, 3, 2).plan(PlanRequest.of(7, LAYOUT)))
        .hasToString("######\n##....\n######\n....##\n######\n....##\n######\n");
    assertThat(new DeltaDitPolicy(1, 2, 3).plan(PlanRequest.of(5, LAYOUT)))
        .hasToString("######\n####..\n..####\n######\n..####\n");
  }

  @Test
  void deltaDitOverAllBlocksIsAnInterval() {
    assertThat(new DeltaDitPolicy(3, 4, 3).plan(PlanRequest.of(STEPS, LAYOUT)))
        .isEqualTo(new IntervalPolicy(3).plan(PlanRequest.of(STEPS, LAYOUT)));
  }

  @Test
  void taylorSeerComputesTheFirstStepsAndThenEveryNth() throws IOException {
    BranchLayout two = new BranchLayout(1, LAYOUT.kinds());
    CachePlan usual = CachePolicies.parse("taylorseer:3:1").plan(PlanRequest.of(8, two));
    assertThat(usual).hasToString("##\n##\n~~\n~~\n##\n~~\n~~\n##\n");
    assertThat(usual.forecast(3, 0)).isEqualTo(Forecast.of(3, -2));
    assertThat(usual.forecast(5, 1)).isEqualTo(Forecast.of(4 / 3f, -1 / 3f));
    // Begun at once, its first interval has nothing but the first output.
    CachePlan one = CachePolicies.parse("taylorseer:3:2:1").plan(PlanRequest.of(8, two));
    assertThat(one).hasToString("##\n..\n..\n##\n~~\n~~\n##\n~~\n");
    assertThat(one.forecast(7, 0).terms()).isEqualTo(3);
  }

  @Test
  void rulesThatForecastComputeTheSameSteps() throws IOException {
    CachePlan taylor = CachePolicies.parse("taylorseer:3:2:1").plan(PlanRequest.of(8, LAYOUT));
    CachePlan hermite = CachePolicies.parse("hicache:3:2:1:0.7").plan(PlanRequest.of(8, LAYOUT));
    CachePlan plain = CachePolicies.parse("polynomial:3:2:1").plan(PlanRequest.of(8, LAYOUT));
    assertThat(hermite).hasToString(taylor.toString());
    assertThat(plain).hasToString(taylor.toString());
    assertThat(hermite.forecast(7, 0))
        .isEqualTo(new HermiteForecast(2, 0.7).forecast(7, 0, new int[] {6, 3, 0}));
    assertThat(plain.forecast(7, 0))
        .isEqualTo(new PolynomialForecast(2).forecast(7, 0, new int[] {6, 3, 0}));
  }

  @Test
  void taylorSeerOfOrderZeroRepeats() {
    assertThat(new TaylorSeerPolicy(3, 0, 1).plan(PlanRequest.of(STEPS, LAYOUT)))
        .isEqualTo(new IntervalPolicy(3).plan(PlanRequest.of(STEPS, LAYOUT)));
  }

  @Test
  void deltaDitRefusesMoreBlocksThanThereAre() {
    assertThatThrownBy(() -> new DeltaDitPolicy(4, 5, 2).plan(PlanRequest.of(STEPS, LAYOUT)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4")
        .hasMessageContaining("3 blocks");
  }

  @ParameterizedTest
  @CsvSource({
    "interval:0, 0",
    "interval:-2, -2",
    "interval:two, two",
    "interval:2.5, 2.5",
    "interval:99999999999, 99999999999",
    "interval:, interval",
    "interval, interval",
    "interval:2:3, 2:3",
    "random, random:CUR",
    "random:1, 1.0",
    "random:-0.1, -0.1",
    "random:NaN, NaN",
    "random:half, half",
    "random:0.5:x, x",
    "random:0.5:1:2, 1:2",
    "delta-dit:2:3, delta-dit:BLOCKS",
    "delta-dit:0:3:2, block count",
    "delta-dit:2:-1:2, switch step",
    "delta-dit:2:3:0, interval",
    "delta-dit:2:3:2:1, 2:1",
    "taylorseer:2, taylorseer:N:ORDER",
    "taylorseer:0:1, interval 0",
    "taylorseer:2:5, 5",
    "taylorseer:2:-1, -1",
    "taylorseer:2:1:0, 0 first",
    "taylorseer:2:one, one",
    "taylorseer:2:1:2:3, 2:3",
    "hicache:2, hicache:N:ORDER",
    "hicache:2:5, 5",
    "hicache:2:1:0, 0 first",
    "hicache:2:1:2:0, 0.0",
    "hicache:2:1:2:x, x",
    "hicache:2:1:2:0.5:3, 0.5:3",
    "polynomial:0:1, interval 0",
    "polynomial:2:5, 5",
    "smoothcache:0.1, smoothcache:ALPHA",
    "taylor:3, taylor:3",
    "linear, linear:FILE",
    "ecad, ecad:FILE",
    "'', '\"\"'",
    "router, router"
  })
  void wrongNamesAreRefusedInOneLine(String text, String named) {
    Throwable refusal = catchThrowable(() -> CachePolicies.parse(text));
    assertThat(refusal).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(named);
    assertThat(refusal.getMessage().lines()).hasSize(1);
  }

  @Test
  void argumentOfARuleThatTakesNoneIsRefused() {
    assertThatThrownBy(() -> CachePolicies.parse("full:3"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("full:3");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.5, Double.NaN})
  void thresholdIsAScore(double threshold) {
    RouterProvenance unknown = new RouterProvenance("m", "", "", 0, 0.5, 0, "", Map.of());
    Router router = new Router(RandomRouters.logits(2, 2, new Random(1)), unknown);
    assertThatThrownBy(() -> router.withThreshold(threshold))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Double.toString(threshold));
  }
}
