package io.harmonica.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.plan.Forecast;
import io.harmonica.plan.ForecastRule;
import io.harmonica.plan.TaylorForecast;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Outputs that are kept without a plan. */
final class FeatureHistoryTest {
  private static final Shape SHAPE = new Shape(2);

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private void put(FeatureHistory history, int step, int branch, float value) {
    try (NDArray feature = manager.full(SHAPE, value)) {
      history.put(step, branch, feature);
    }
  }

  private float forecast(FeatureHistory history, int branch, float... weights) {
    try (NDArray made = history.forecast(branch, Forecast.of(weights), manager)) {
      assertThat(made.getShape()).isEqualTo(SHAPE);
      return made.toFloatArray()[1];
    }
  }

  @Test
  void theNewestAreKept() {
    try (FeatureHistory history = new FeatureHistory(manager, 2, 3)) {
      for (int step = 0; step < 5; step++) {
        put(history, step, 1, step);
      }
      assertThat(forecast(history, 1, 100, 10, 1)).isEqualTo(432);
      assertThat(forecast(history, 1, 1)).isEqualTo(4);
      put(history, 0, 0, 7);
      assertThat(forecast(history, 0, 2)).isEqualTo(14);
    }
    assertThat(manager.getManagedArrays()).isEmpty();
  }

  @Test
  void rulesAreAskedWithTheStepsThatAreKept() {
    try (FeatureHistory history = new FeatureHistory(manager, 1, 2)) {
      List<Integer> asked = new ArrayList<>();
      ForecastRule noting =
          (step, branch, steps) -> {
            for (int each : steps) {
              asked.add(each);
            }
            // A rule that scribbles on what it gets does no harm.
            steps[0] = -1;
            return Forecast.REUSE;
          };
      for (int step : new int[] {0, 2, 5}) {
        put(history, step, 0, step);
        history.forecast(step + 1, 0, noting, manager).close();
      }
      assertThat(asked).containsExactly(0, 2, 0, 5, 2);
      try (NDArray line = history.forecast(7, 0, new TaylorForecast(4), manager)) {
        assertThat(line.toFloatArray()[0]).isBetween(6.999f, 7.001f);
      }
    }
  }

  @Test
  void tooFewOutputsAreAnErrorThatNamesTheBranch() {
    try (FeatureHistory history = new FeatureHistory(manager, 4, 2)) {
      assertThatThrownBy(() -> forecast(history, 3, 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("branch 3 takes 1 outputs, but the cache holds 0");
      assertThatThrownBy(() -> history.forecast(1, 3, new TaylorForecast(1), manager))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("branch 3");
      put(history, 0, 3, 1);
      assertThatThrownBy(() -> forecast(history, 3, 2, -1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("branch 3 takes 2 outputs, but the cache holds 1");
    }
  }

  @Test
  void forkGoesOnAloneAndSharesWhatItDoesNotChange() {
    try (FeatureHistory history = new FeatureHistory(manager, 2, 2)) {
      put(history, 0, 0, 1);
      put(history, 1, 0, 2);
      put(history, 0, 1, 5);
      int before = manager.getManagedArrays().size();
      try (FeatureHistory fork = history.fork(manager);
          FeatureHistory other = history.fork(manager)) {
        assertThat(manager.getManagedArrays()).as("nothing is copied yet").hasSize(before);
        assertThat(forecast(fork, 0, 10, 1)).isEqualTo(21);
        put(fork, 2, 0, 3);
        put(fork, 3, 0, 4);
        assertThat(manager.getManagedArrays()).as("one branch is copied").hasSize(before + 1);
        put(other, 2, 0, 9);
        assertThat(forecast(fork, 0, 10, 1)).isEqualTo(43);
        assertThat(forecast(other, 0, 10, 1)).isEqualTo(92);
        assertThat(forecast(fork, 1, 1)).isEqualTo(5);
        assertThat(forecast(history, 0, 10, 1)).as("is left alone").isEqualTo(21);
        try (FeatureHistory grandchild = fork.fork(manager)) {
          put(grandchild, 4, 0, 7);
          assertThat(forecast(grandchild, 0, 10, 1)).isEqualTo(74);
          assertThat(forecast(fork, 0, 10, 1)).isEqualTo(43);
        }
      }
      assertThat(manager.getManagedArrays()).as("forks free what is theirs").hasSize(before);
      assertThat(forecast(history, 0, 10, 1)).isEqualTo(21);
      put(history, 2, 0, 6);
      assertThat(forecast(history, 0, 10, 1)).isEqualTo(62);
    }
    assertThat(manager.getManagedArrays()).isEmpty();
  }

  @Test
  void outputsAreCopied() {
    try (FeatureHistory history = new FeatureHistory(manager, 1, 2);
        NDArray feature = manager.full(SHAPE, 3f)) {
      history.put(0, 0, feature);
      feature.muli(0);
      assertThat(forecast(history, 0, 1)).isEqualTo(3);
    }
  }
}
