package io.harmonica.cache;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.harmonica.plan.CachePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Large outputs are copied side by side; the plan gives the same outputs as without. */
final class FeatureSlotsTest {
  private static final Shape SMALL = new Shape(2);
  private static final Shape LARGE = new Shape(1, FeatureSlots.LARGE_BYTES / Float.BYTES);

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void outputsStayWhatTheyAreUntilTheirStepEnds(long seed) {
    Random random = new Random(seed);
    CachePlan plan = CachePlan.of(8, 4, (step, branch) -> step == 0 || random.nextBoolean());
    assertThat(run(plan, LARGE)).isEqualTo(run(plan, SMALL)).isEqualTo(expected(plan));
  }

  /** The step at which each output was computed, seen at the end of the step that uses it. */
  private List<Integer> run(CachePlan plan, Shape shape) {
    List<Integer> seen = new ArrayList<>();
    try (PlannedCache cache = new PlannedCache(manager, plan)) {
      for (int step = 0; step < plan.steps(); step++) {
        try (NDManager scope = manager.newSubManager()) {
          CacheHook hook = cache.step(step, scope);
          float number = step;
          List<NDArray> outputs = new ArrayList<>();
          for (int branch = 0; branch < plan.branches(); branch++) {
            outputs.add(hook.apply(branch, () -> scope.full(shape, number)));
          }
          outputs.forEach(output -> seen.add((int) output.max().getFloat()));
        }
      }
      assertThat(cache.bytes()).isZero();
      assertThat(cache.peakBytes()).isEqualTo(plan.lifetimes().peak() * shape.size() * Float.BYTES);
    }
    return seen;
  }

  private static List<Integer> expected(CachePlan plan) {
    List<Integer> last = new ArrayList<>();
    for (int step = 0; step < plan.steps(); step++) {
      for (int branch = 0; branch < plan.branches(); branch++) {
        last.add(
            plan.computes(step, branch) ? step : last.get((step - 1) * plan.branches() + branch));
      }
    }
    return last;
  }

  @Test
  void whatIsKeptIsACopyAndAllCopiesShareABlock() {
    int before = manager.getManagedArrays().size();
    try (NDManager scope = manager.newSubManager()) {
      FeatureSlots slots = new FeatureSlots(scope, 3, 2);
      NDArray first = scope.full(LARGE, 1f);
      NDArray kept = slots.place(0, first);
      NDArray other = slots.place(2, scope.full(LARGE, 2f));
      first.close();
      assertThat(kept.max().getFloat()).isEqualTo(1);
      assertThat(other.max().getFloat()).isEqualTo(2);
      assertThat(kept.getShape()).isEqualTo(LARGE);
      slots.release(0);
      slots.nextStep();
      slots.place(1, scope.full(LARGE, 3f));
      assertThat(kept.max().getFloat()).as("the slot is used again").isEqualTo(3);
    }
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void smallOutputsAndThoseUnlikeTheFirstStayWhereTheyAre() {
    FeatureSlots slots = new FeatureSlots(manager, 4, 4);
    NDArray small = manager.zeros(SMALL);
    assertThat(slots.place(0, small)).isSameAs(small);
    NDArray large = manager.zeros(LARGE);
    assertThat(slots.place(1, large)).isNotSameAs(large);
    NDArray wider = manager.zeros(new Shape(2).addAll(LARGE));
    assertThat(slots.place(2, wider)).isSameAs(wider);
    NDArray doubles = manager.zeros(LARGE, DataType.FLOAT64);
    assertThat(slots.place(3, doubles)).isSameAs(doubles);
    slots.release(2);
    slots.nextStep();
    assertThat(slots.place(2, large).getShape()).isEqualTo(LARGE);
  }
}
