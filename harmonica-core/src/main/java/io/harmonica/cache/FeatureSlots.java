package io.harmonica.cache;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Where the large outputs of a plan's cache lie: side by side in one block of memory that is set
 * aside when the first one comes. Left where a forward pass made them they would outlive the memory
 * around them, and what the pass frees between them no longer serves the next one: sampling DiT-B/2
 * takes a sixth more memory then.
 */
final class FeatureSlots {
  /** Below it, a copy's call costs more than the memory is worth. */
  static final long LARGE_BYTES = 1 << 20;

  private static final int NONE = -1;

  private final NDManager manager;
  private final int[] slots;
  private final Deque<Integer> free = new ArrayDeque<>();
  private final Deque<Integer> freedByThisStep = new ArrayDeque<>();
  private NDArray block;
  private NDList views;

  /**
   * Creates slots without memory.
   *
   * @param manager owns the block
   * @param branches number of branches
   * @param count how many outputs there are at most, from one step's first store to its last use
   */
  FeatureSlots(NDManager manager, int branches, int count) {
    this.manager = manager;
    this.slots = new int[branches];
    Arrays.fill(slots, NONE);
    for (int slot = 0; slot < count; slot++) {
      free.add(slot);
    }
  }

  /** Begins a step: slots that the last one used for the last time can be written to. */
  void nextStep() {
    free.addAll(freedByThisStep);
    freedByThisStep.clear();
  }

  /**
   * Finds the place of an output that is to be kept.
   *
   * @param branch the flat branch index
   * @param feature the output; left alone if it is copied
   * @return a copy in the block, or the output itself if it is small, not FLOAT32 (of other types
   *     the engine has no empty arrays for all), or of another shape than the first one
   */
  NDArray place(int branch, NDArray feature) {
    if (feature.getDataType() != DataType.FLOAT32 || feature.size() * Float.BYTES < LARGE_BYTES) {
      return feature;
    }
    if (block == null) {
      Shape shape = new Shape(free.size()).addAll(feature.getShape());
      block = manager.create(shape, feature.getDataType());
      views = block.split(free.size());
    }
    if (!block.getShape().slice(1).equals(feature.getShape())) {
      return feature;
    }
    slots[branch] = free.remove();
    // Both stay in the engine; NDArray.copyTo would go through Java's memory.
    block.set(new NDIndex("{}", slots[branch]), feature);
    return views.get(slots[branch]).squeeze(0);
  }

  /**
   * Gives a branch's slot back, if it has one.
   *
   * @param branch the flat branch index, whose output this step reuses for the last time
   */
  void release(int branch) {
    if (slots[branch] != NONE) {
      freedByThisStep.add(slots[branch]);
      slots[branch] = NONE;
    }
  }
}
