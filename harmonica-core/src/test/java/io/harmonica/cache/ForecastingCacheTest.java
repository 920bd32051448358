package io.harmonica.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.Forecast;
import io.harmonica.plan.ForecastRule;
import io.harmonica.plan.TaylorForecast;
import java.util.function.DoubleUnaryOperator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Forecasts of one branch under a plan, worked by hand. */
final class ForecastingCacheTest {
  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    assertThat(manager.getManagedArrays()).isEmpty();
    manager.close();
  }

  /** A plan of one branch, such as {@code #.#}. */
  private static CachePlan plan(String steps, ForecastRule rule) {
    return CachePlan.ofSteps(steps.length(), 1, step -> steps.charAt(step) == '#')
        .forecasting(rule);
  }

  /** The first value of each step's output. */
  private float[] run(CachePlan plan, DoubleUnaryOperator course) {
    float[][][] outputs = ToyBranches.moving(plan.steps(), course).planned(manager, plan).outputs();
    float[] first = new float[outputs.length];
    for (int step = 0; step < first.length; step++) {
      first[step] = outputs[step][0][0];
      assertThat(outputs[step][0][5]).isCloseTo(6 * first[step], offset(1e-3f));
    }
    return first;
  }

  private static Offset<Float> offset(float by) {
    return Offset.offset(by);
  }

  /** Powers of two, so that each of a sum's parts can be told from the others. */
  private static double power(double step) {
    return Math.pow(2, step);
  }

  @Test
  void historyOfThreeIsTakenNewestFirst() {
    CachePlan plan =
        plan("###..", (step, branch, history) -> Forecast.of(100, step == 3 ? 10 : 20, 1));
    assertThat(run(plan, ForecastingCacheTest::power)).containsExactly(1, 2, 4, 421, 441);
  }

  @Test
  void historyMovesOnWhereTheRingBeginsAgain() {
    CachePlan plan = plan("##.#.#.#.", (step, branch, history) -> Forecast.of(100, 1));
    assertThat(run(plan, ForecastingCacheTest::power))
        .containsExactly(1, 2, 201, 8, 802, 32, 3208, 128, 12832);
  }

  @Test
  void orderStartsLowAndGrows() {
    CachePlan plan = plan("#.#.#.", new TaylorForecast(2));
    // At 5: h = 16, 4, 1 by 1.625, -0.75, 0.125.
    assertThat(run(plan, ForecastingCacheTest::power)).containsExactly(1, 1, 4, 5.5f, 16, 23.125f);
  }

  @Test
  void cellComputedBetweenTwoForecastsIsTakenAtOnce() {
    CachePlan plan = plan("##.#.", new TaylorForecast(1));
    assertThat(run(plan, ForecastingCacheTest::power)).containsExactly(1, 2, 3, 8, 11);
  }

  @Test
  void scaledSingleWeight() {
    CachePlan plan = plan("#..#.", (step, branch, history) -> Forecast.of(step * 0.25f));
    assertThat(run(plan, step -> step + 4)).containsExactly(4, 1, 2, 7, 7);
  }

  @Test
  void repeatsAmongForecastsAreTheNewestOutput() {
    CachePlan plan =
        plan("##..#.", (step, branch, history) -> step == 2 ? Forecast.of(2, -1) : Forecast.REUSE);
    assertThat(run(plan, ForecastingCacheTest::power)).containsExactly(1, 2, 3, 2, 16, 16);
  }

  @Test
  void halvesAreWeighedApart() {
    CachePlan plan =
        plan(
            "##..",
            (step, branch, history) ->
                step == 2
                    ? Forecast.ofHalves(new float[] {2, -1}, new float[] {0, 10})
                    : Forecast.of(1, 1));
    float[][][] outputs =
        ToyBranches.moving(4, ForecastingCacheTest::power).planned(manager, plan).outputs();
    assertThat(outputs[2][0]).containsExactly(3, 6, 9, 40, 50, 60);
    assertThat(outputs[3][0]).containsExactly(3, 6, 9, 12, 15, 18);
  }

  @Test
  void halvesOfFourRowsAreTheFirstTwoAndTheLastTwo() {
    FeatureRing ring = new FeatureRing(manager.newSubManager(), 0, 2);
    try (NDManager owner = manager.newSubManager()) {
      ring.put(owner.arange(8f).reshape(4, 2));
      ring.put(owner.ones(new Shape(4, 2)));
      Forecast forecast = Forecast.ofHalves(new float[] {100, 1}, new float[] {-100, 2});
      NDArray made = ring.forecast(forecast, owner);
      assertThat(made.getShape()).isEqualTo(new Shape(4, 2));
      assertThat(made.toFloatArray()).containsExactly(100, 101, 102, 103, -92, -90, -88, -86);
      ring.release(owner);
    }
  }

  @Test
  void halvesOfAnOddBatchAreRefused() {
    FeatureRing ring = new FeatureRing(manager.newSubManager(), 0, 1);
    try (NDManager owner = manager.newSubManager()) {
      ring.put(owner.ones(new Shape(3, 2)));
      Forecast forecast = Forecast.ofHalves(new float[] {1}, new float[] {2});
      assertThatThrownBy(() -> ring.forecast(forecast, owner))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("3 rows");
      ring.release(owner);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "##.#..#...#, 1",
    "#.#..##..., 1",
    "##..#.#..#.., 2",
    "##.#.#.#..#, 3",
    "##.#.#.#.., 4"
  })
  void lineIsForecastExactlyOnceTwoOutputsAreThere(String steps, int order) {
    CachePlan plan = plan(steps, new TaylorForecast(order));
    float[] line = run(plan, step -> 3 - 0.5 * step);
    for (int step = 0; step < line.length; step++) {
      boolean known = plan.computes(step, 0) || plan.history(step, 0).length > 1;
      float expected = known ? 3 - 0.5f * step : 3;
      assertThat(line[step]).as("step %d", step).isCloseTo(expected, offset(1e-4f));
    }
  }

  /** Weights of the parabola through the last three outputs. */
  private static Forecast parabola(int step, int[] history) {
    float[] weights = new float[3];
    for (int j = 0; j < 3; j++) {
      weights[j] = 1;
      for (int other = 0; other < 3; other++) {
        if (other != j) {
          weights[j] *= (float) (step - history[other]) / (history[j] - history[other]);
        }
      }
    }
    return Forecast.of(weights);
  }

  @ParameterizedTest
  @CsvSource({"###..#...#.", "####.#.#..#", "###...#...#.#"})
  void parabolaIsForecastExactlyByWeightsThatAreMadeForIt(String steps) {
    CachePlan plan = plan(steps, (step, branch, history) -> parabola(step, history));
    float[] values = run(plan, step -> 2 + step - 0.25 * step * step);
    for (int step = 0; step < values.length; step++) {
      assertThat(values[step]).isCloseTo(2 + step - 0.25f * step * step, offset(1e-3f));
    }
  }

  @Test
  void twoHistoryEntriesInExchangedPlacesWouldShow() {
    // Every order of the three parts gives another sum, in every state of the ring.
    CachePlan plan = plan("###.#.#.#.#.", (step, branch, history) -> Forecast.of(1, 100, 10_000));
    float[] seen = run(plan, step -> step);
    assertThat(new float[] {seen[3], seen[5], seen[7], seen[9], seen[11]})
        .containsExactly(102, 10_204, 20_406, 40_608, 60_810);
  }

  @Test
  void forecastWithoutTheStepsBeforeIsAnError() {
    CachePlan plan = plan("##.", (step, branch, history) -> Forecast.of(2, -1));
    try (PlannedCache cache = new PlannedCache(manager, plan);
        NDManager owner = manager.newSubManager()) {
      CacheHook hook = cache.step(2, owner);
      assertThatThrownBy(() -> hook.apply(0, () -> owner.zeros(ToyBranches.SHAPE)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("branch 0 takes 2 outputs, but the cache holds 0");
    }
  }

  @Test
  void trajectoryThatStopsHalfwayIsFreed() {
    CachePlan plan = plan("##.", (step, branch, history) -> Forecast.of(2, -1));
    try (PlannedCache cache = new PlannedCache(manager, plan)) {
      try (NDManager owner = manager.newSubManager()) {
        cache.step(0, owner).apply(0, () -> owner.zeros(ToyBranches.SHAPE));
      }
      assertThat(cache.bytes()).isEqualTo(2 * ToyBranches.BYTES);
    }
    assertThat(manager.getManagedArrays()).isEmpty();
  }
}
