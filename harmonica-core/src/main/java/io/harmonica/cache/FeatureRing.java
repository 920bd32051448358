package io.harmonica.cache;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.harmonica.plan.Forecast;

/**
 * The last outputs of one branch, side by side in one block of memory, so that a forecast is a
 * single product: weights [1, K] times block [K, values]. It reads every output once and writes the
 * result once, which separate products and sums would not. Its memory is freed with the manager it
 * is made under. Not thread-safe.
 */
final class FeatureRing {
  private final NDManager manager;
  private final int branch;
  private final int capacity;
  private NDArray block;
  private Shape shape;
  private int newest = -1;
  private int count;

  /**
   * Creates a ring without memory.
   *
   * @param parent the manager under which the block lives
   * @param branch the flat branch index, for messages
   * @param capacity how many outputs it keeps
   */
  FeatureRing(NDManager parent, int branch, int capacity) {
    this.manager = parent.newSubManager();
    this.branch = branch;
    this.capacity = capacity;
  }

  private FeatureRing(NDManager parent, FeatureRing other) {
    this(parent, other.branch, other.capacity);
    this.shape = other.shape;
    this.newest = other.newest;
    this.count = other.count;
    if (other.block != null) {
      this.block = other.block.duplicate();
      this.block.attach(manager);
    }
  }

  /** Copies the ring under another manager. */
  FeatureRing fork(NDManager parent) {
    return new FeatureRing(parent, this);
  }

  /** Copies an output into the ring, over the oldest one if it is full. */
  void put(NDArray feature) {
    if (block == null) {
      shape = feature.getShape();
      // Zeros, since a product with a weight of zero must not meet what memory held before.
      block = manager.zeros(new Shape(capacity).addAll(shape), feature.getDataType());
    }
    newest = (newest + 1) % capacity;
    count = Math.min(capacity, count + 1);
    // Stays in the engine; NDArray.copyTo would go through Java's memory.
    block.set(new NDIndex("{}", newest), feature);
  }

  private NDArray newest(NDManager owner) {
    NDArray view = block.get(new NDIndex("{}", newest));
    view.attach(owner);
    return view;
  }

  /**
   * Makes a forecast.
   *
   * @param forecast takes at most as many outputs as there are
   * @param owner owns the result
   * @return the weighted sum; plain reuse gives a view, good until the output is overwritten
   * @throws IllegalStateException if there are too few outputs
   */
  NDArray forecast(Forecast forecast, NDManager owner) {
    if (forecast.terms() > count) {
      throw new IllegalStateException(
          "the forecast of branch %d takes %d outputs, but the cache holds %d"
              .formatted(branch, forecast.terms(), count));
    }
    if (forecast.repeats()) {
      return newest(owner);
    }
    return forecast.halves() == 1 ? blend(forecast, owner) : blendHalves(forecast, owner);
  }

  private NDArray blend(Forecast forecast, NDManager owner) {
    try (NDArray weights = owner.create(bySlot(forecast, 0), new Shape(1, capacity));
        NDArray flat = block.reshape(capacity, shape.size());
        NDArray sum = typed(weights).matMul(flat)) {
      return shaped(sum, owner);
    }
  }

  private NDArray blendHalves(Forecast forecast, NDManager owner) {
    if (shape.get(0) % 2 != 0) {
      throw new IllegalStateException(
          "a forecast weighs two halves of a batch, but the batch has %d rows; run it with guidance"
              .formatted(shape.get(0)));
    }
    float[] both = new float[2 * capacity];
    System.arraycopy(bySlot(forecast, 0), 0, both, 0, capacity);
    System.arraycopy(bySlot(forecast, 1), 0, both, capacity, capacity);
    try (NDArray weights = owner.create(both, new Shape(2, 1, capacity));
        NDArray halves = block.reshape(capacity, 2, shape.size() / 2);
        NDArray swapped = halves.transpose(1, 0, 2);
        NDArray sum = typed(weights).matMul(swapped)) {
      return shaped(sum, owner);
    }
  }

  private NDArray typed(NDArray weights) {
    return weights.toType(block.getDataType(), false);
  }

  private NDArray shaped(NDArray sum, NDManager owner) {
    NDArray result = sum.reshape(shape);
    result.attach(owner);
    return result;
  }

  /** The weights of one half, in the order in which the outputs lie. */
  private float[] bySlot(Forecast forecast, int half) {
    float[] weights = new float[capacity];
    for (int term = 0; term < forecast.terms(); term++) {
      weights[Math.floorMod(newest - term, capacity)] = forecast.weight(half, term);
    }
    return weights;
  }

  /** Bytes of the block. */
  long bytes() {
    return block == null ? 0 : block.size() * block.getDataType().getNumOfBytes();
  }

  /** Hands the memory to another manager, with which it is freed. */
  void release(NDManager owner) {
    if (block != null) {
      block.attach(owner);
      block = null;
      count = 0;
    }
  }
}
