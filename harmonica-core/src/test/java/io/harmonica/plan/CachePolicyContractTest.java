package io.harmonica.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.harmonica.router.Router;
import io.harmonica.router.RouterPolicy;
import io.harmonica.router.RouterProvenance;
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
        new FullPolicy(), new IntervalPolicy(1), new IntervalPolicy(2), new IntervalPolicy(3));
  }

  static Stream<CachePolicy> policies() {
    RouterProvenance unknown = new RouterProvenance("m", "", "", 0, 0.5, 0, "", Map.of());
    Router router = Router.random(STEPS, LAYOUT.branches(), new Random(1));
    return Stream.concat(rules(), Stream.of(new RouterPolicy(router.scores(unknown), 0.5)));
  }

  @ParameterizedTest
  @MethodSource("policies")
  void planFitsTheRun(CachePolicy policy) {
    CachePlan plan = policy.plan(STEPS, LAYOUT);
    assertThat(plan.steps()).isEqualTo(STEPS);
    assertThat(plan.branches()).isEqualTo(LAYOUT.branches());
    assertThat(plan.reused(0)).isZero();
  }

  @ParameterizedTest
  @MethodSource("policies")
  void planIsTheSameEachTime(CachePolicy policy) {
    assertThat(policy.plan(STEPS, LAYOUT)).isEqualTo(policy.plan(STEPS, LAYOUT));
  }

  @ParameterizedTest
  @MethodSource("policies")
  void runWithoutStepsIsRefused(CachePolicy policy) {
    Throwable refusal = catchThrowable(() -> policy.plan(0, LAYOUT));
    assertThat(refusal).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("0");
    assertThat(refusal.getMessage().lines()).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void rulesFitEveryNumberOfSteps(CachePolicy rule) {
    for (int steps : new int[] {1, 2, 7, 50}) {
      assertThat(rule.plan(steps, LAYOUT).steps()).isEqualTo(steps);
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void nameOfARuleReadsBack(CachePolicy rule) {
    assertThat(CachePolicies.parse(rule.name())).isEqualTo(rule);
  }

  @Test
  void namesIgnoreCase() {
    assertThat(CachePolicies.parse("Interval:4")).isEqualTo(new IntervalPolicy(4));
    assertThat(CachePolicies.parse("FULL")).isEqualTo(new FullPolicy());
  }

  @Test
  void fullNeverReuses() {
    assertThat(new FullPolicy().plan(5, LAYOUT).cacheUtilisation()).isZero();
    assertThat(new IntervalPolicy(1).plan(5, LAYOUT)).isEqualTo(new FullPolicy().plan(5, LAYOUT));
  }

  @Test
  void intervalComputesEveryNthStep() {
    BranchLayout two = new BranchLayout(1, LAYOUT.kinds());
    assertThat(new IntervalPolicy(3).plan(7, two)).hasToString("##\n..\n..\n##\n..\n..\n##\n");
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
    "taylor:3, taylor:3",
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
    var scores = Router.random(2, 2, new Random(1)).scores(unknown);
    assertThatThrownBy(() -> new RouterPolicy(scores, threshold))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Double.toString(threshold));
  }
}
