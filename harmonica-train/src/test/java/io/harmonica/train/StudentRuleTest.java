package io.harmonica.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.cache.CacheHook;
import io.harmonica.cache.FeatureHistory;
import io.harmonica.plan.ForecastRule;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a student does without gradients is what it does with them. */
final class StudentRuleTest {
  private static final float[][] CACHED = {{1, 2}, {-3, 4}};
  private static final float[][] FRESH = {{5, 6}, {7, -8}};
  private static final boolean[] COMPUTES = {true, false};

  /** The outputs and then the cache, and how often something was computed. */
  @SuppressWarnings("ArrayRecordComponent") // a bare carrier, read at once
  private record Run(float[][] values, int computed) {}

  private static Run run(StudentRule rule, boolean gradientFree) {
    try (NDManager manager = NDManager.newBaseManager();
        FeatureHistory history = new FeatureHistory(manager, 2, 1)) {
      StudentCache cache = new StudentCache(history, 1, ForecastRule.REUSE, manager);
      NDArray scores = manager.create(new float[] {0.75f, 0.25f});
      for (int branch = 0; branch < 2; branch++) {
        history.put(0, branch, manager.create(CACHED[branch]));
      }
      CacheHook hook =
          gradientFree
              ? rule.gradientFreeHook(cache, scores, COMPUTES)
              : rule.hook(cache, scores, COMPUTES);
      AtomicInteger computed = new AtomicInteger();
      float[][] values = new float[4][];
      for (int i = 0; i < 2; i++) {
        int branch = i;
        NDArray output =
            hook.apply(
                branch,
                () -> {
                  computed.incrementAndGet();
                  return manager.create(FRESH[branch]);
                });
        values[branch] = output.toFloatArray();
        values[2 + branch] = cache.cached(branch).toFloatArray();
      }
      return new Run(values, computed.get());
    }
  }

  @ParameterizedTest
  @EnumSource
  void frozenStudentGivesTheSame(StudentRule rule) {
    assertThat(run(rule, true).values()).isDeepEqualTo(run(rule, false).values());
  }

  @Test
  void frozenHardStudentComputesOnlyWhatItUses() {
    assertThat(run(StudentRule.HARD, true).computed()).isEqualTo(1);
    assertThat(run(StudentRule.HARD, true).values())
        .isDeepEqualTo(new float[][] {FRESH[0], CACHED[1], FRESH[0], CACHED[1]});
  }
}
