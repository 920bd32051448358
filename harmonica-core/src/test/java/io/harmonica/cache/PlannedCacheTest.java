package io.harmonica.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.plan.CachePlan;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A network of three branches, each of which computes the number of the step. */
final class PlannedCacheTest {
  private static final int BRANCHES = 3;
  private static final long BYTES = 2 * 4;

  private NDManager manager;

  /** Everything that a branch computed, by branch and step. */
  private record Made(int step, int branch, NDArray array) {}

  private final List<Made> made = new ArrayList<>();

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static CachePlan plan(String... rows) {
    return CachePlan.of(rows.length, BRANCHES, (step, branch) -> rows[step].charAt(branch) == '#');
  }

  /** Runs one step and tells what the hook returned for each branch. */
  private String run(PlannedCache cache, int step) {
    StringBuilder returned = new StringBuilder();
    try (NDManager stepManager = manager.newSubManager()) {
      CacheHook hook = cache.step(step, stepManager);
      for (int i = 0; i < BRANCHES; i++) {
        int branch = i;
        NDArray output =
            hook.apply(
                branch,
                () -> {
                  NDArray array = stepManager.full(new Shape(2), (float) step);
                  made.add(new Made(step, branch, array));
                  return array;
                });
        returned.append((int) output.toFloatArray()[1]);
      }
    }
    return returned.toString();
  }

  /** What is still alive, as step and branch. */
  private List<String> alive() {
    return made.stream()
        .filter(one -> !one.array().isReleased())
        .map(one -> one.step() + "/" + one.branch())
        .toList();
  }

  @Test
  void outputsFollowThePlanAndLiveNoLongerThanNeeded() {
    try (PlannedCache cache = new PlannedCache(manager, plan("###", "#..", ".#.", "..#"))) {
      assertThat(run(cache, 0)).isEqualTo("000");
      assertThat(alive()).containsExactly("0/1", "0/2");
      assertThat(cache.bytes()).isEqualTo(2 * BYTES);

      assertThat(run(cache, 1)).isEqualTo("100");
      assertThat(alive()).containsExactly("0/2", "1/0");
      assertThat(cache.bytes()).isEqualTo(2 * BYTES);

      assertThat(run(cache, 2)).isEqualTo("120");
      assertThat(alive()).containsExactly("1/0", "2/1");
      assertThat(cache.bytes()).isEqualTo(2 * BYTES);

      assertThat(run(cache, 3)).isEqualTo("123");
      assertThat(alive()).isEmpty();
      assertThat(cache.bytes()).isZero();
      assertThat(cache.peakBytes()).isEqualTo(3 * BYTES);
    }
    // What is reused is not computed.
    assertThat(made).hasSize(6);
  }

  @Test
  void fullPlanStoresNothing() {
    try (PlannedCache cache = new PlannedCache(manager, plan("###", "###", "###"))) {
      for (int step = 0; step < 3; step++) {
        assertThat(run(cache, step)).isEqualTo("" + step + step + step);
        assertThat(alive()).isEmpty();
      }
      assertThat(cache.peakBytes()).isZero();
    }
  }

  @Test
  void reuseWithoutTheStepBeforeIsAnError() {
    try (PlannedCache cache = new PlannedCache(manager, plan("###", "##."))) {
      assertThatThrownBy(() -> run(cache, 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("branch 2");
    }
  }

  @Test
  void trajectoryThatStopsHalfwayIsFreed() {
    try (PlannedCache cache = new PlannedCache(manager, plan("###", "..."))) {
      run(cache, 0);
      assertThat(alive()).hasSize(3);
    }
    assertThat(alive()).isEmpty();
    assertThat(manager.getManagedArrays()).isEmpty();
  }
}
