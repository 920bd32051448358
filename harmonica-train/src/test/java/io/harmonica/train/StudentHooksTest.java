package io.harmonica.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import io.harmonica.cache.CacheHook;
import io.harmonica.cache.FeatureHistory;
import io.harmonica.plan.ForecastRule;
import io.harmonica.plan.TaylorForecast;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The two students by hand: three branches, of which the threshold lets the second compute. */
final class StudentHooksTest {
  private static final float[][] CACHED = {{1, 2}, {2, 2}, {3, 0}};
  private static final float[][] FRESH = {{5, 4}, {10, -6}, {7, 0}};

  /** d sum(output) / d r = sum(fresh - cached), for either rule. */
  private static final float[] SLOPES = {6, 0, 4};

  private static final boolean[] COMPUTES = {false, true, false};

  private NDManager manager;
  private FeatureHistory history;
  private StudentCache cache;
  private NDArray scores;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
    history = new FeatureHistory(manager, 3, 2);
    cache = new StudentCache(history, 1, ForecastRule.REUSE, manager);
    for (int branch = 0; branch < 3; branch++) {
      history.put(0, branch, manager.create(CACHED[branch]));
    }
    scores = manager.create(new float[] {0.25f, 0.75f, 0.5f});
    scores.setRequiresGradient(true);
  }

  @AfterEach
  void close() {
    history.close();
    manager.close();
  }

  /** Makes a hook; within a gradient collector. */
  private interface Maker {
    CacheHook make();
  }

  /** Runs all branches and returns their outputs; weights make the branches' slopes differ. */
  private float[][] run(Maker maker, float[] weights) {
    float[][] outputs = new float[3][];
    try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
      CacheHook hook = maker.make();
      NDArray loss = manager.create(0f);
      for (int i = 0; i < 3; i++) {
        int branch = i;
        NDArray output = hook.apply(branch, () -> manager.create(FRESH[branch]));
        outputs[branch] = output.toFloatArray();
        loss = loss.add(output.sum().mul(weights[branch]));
      }
      collector.backward(loss);
    }
    return outputs;
  }

  private void assertCache(float[]... expected) {
    for (int branch = 0; branch < 3; branch++) {
      assertThat(cache.cached(branch).toFloatArray()).containsExactly(expected[branch]);
      assertThat(cache.cached(branch).hasGradient()).isFalse();
    }
  }

  @Test
  void blendedOutputsAndGradients() {
    float[][] outputs = run(() -> new BlendHook(cache, scores, COMPUTES), new float[] {1, 1, 1});
    // 1 + (5 - 1) / 4 and so on.
    assertThat(outputs).isDeepEqualTo(new float[][] {{2, 2.5f}, {8, -4}, {5, 0}});
    assertThat(scores.getGradient().toFloatArray()).containsExactly(SLOPES);
    assertCache(CACHED[0], new float[] {8, -4}, CACHED[2]);
  }

  @Test
  void straightThroughOutputsAndGradients() {
    float[][] outputs =
        run(() -> new StraightThroughHook(cache, scores, COMPUTES), new float[] {1, 1, 1});
    assertThat(outputs).isDeepEqualTo(new float[][] {CACHED[0], FRESH[1], CACHED[2]});
    assertThat(scores.getGradient().toFloatArray()).containsExactly(SLOPES);
    assertCache(CACHED[0], FRESH[1], CACHED[2]);
  }

  @Test
  void everyScoreFeelsItsOwnBranchAlone() {
    run(() -> new BlendHook(cache, scores, COMPUTES), new float[] {2, 1, -1});
    assertThat(scores.getGradient().toFloatArray()).containsExactly(12, 0, -4);
  }

  @Test
  void flagsAreCopied() {
    boolean[] computes = {false, true, false};
    CacheHook hook = new BlendHook(cache, scores, computes);
    computes[0] = true;
    hook.apply(0, () -> manager.create(FRESH[0]));
    assertThat(cache.cached(0).toFloatArray()).containsExactly(CACHED[0]);
  }

  @Test
  void cachedFeatureIsNeededEvenWhereTheBranchComputes() {
    try (FeatureHistory empty = new FeatureHistory(manager, 3, 1)) {
      StudentCache nothing = new StudentCache(empty, 1, ForecastRule.REUSE, manager);
      CacheHook blend = new BlendHook(nothing, scores, COMPUTES);
      assertThatThrownBy(() -> blend.apply(1, () -> manager.create(FRESH[1])))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("branch 1");
    }
  }

  @Test
  void fillingKeepsEveryOutput() {
    try (FeatureHistory empty = new FeatureHistory(manager, 3, 1)) {
      StudentCache filled = new StudentCache(empty, 0, ForecastRule.REUSE, manager);
      NDArray fresh = manager.create(FRESH[1]);
      assertThat(filled.fill().apply(1, () -> fresh)).isSameAs(fresh);
      assertThat(filled.cached(1).toFloatArray()).containsExactly(FRESH[1]);
    }
  }

  /**
   * A student that forecasts blends with the forecast, and its scores feel the distance from it.
   */
  @Test
  void forecastsStandInForWhatWasCached() {
    history.put(1, 0, manager.create(new float[] {2, 3}));
    // By then 2 h0 - h1 of the outputs at steps 1 and 0.
    cache = new StudentCache(history, 2, new TaylorForecast(1), manager);
    float[] forecast = {2 * 2 - CACHED[0][0], 2 * 3 - CACHED[0][1]};
    assertThat(cache.cached(0).toFloatArray()).containsExactly(forecast);
    float[][] outputs = run(() -> new BlendHook(cache, scores, COMPUTES), new float[] {1, 1, 1});
    for (int i = 0; i < 2; i++) {
      assertThat(outputs[0][i]).isEqualTo(0.25f * FRESH[0][i] + 0.75f * forecast[i]);
    }
    float slope = FRESH[0][0] + FRESH[0][1] - forecast[0] - forecast[1];
    assertThat(scores.getGradient().toFloatArray()[0]).isEqualTo(slope);
  }
}
