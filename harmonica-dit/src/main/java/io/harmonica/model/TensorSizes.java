package io.harmonica.model;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.tensor.TensorSource;
import java.io.IOException;

/** What the shapes of a checkpoint's tensors tell where it comes without a configuration. */
public final class TensorSizes {
  private static final int MOST = 1 << 20;

  private final TensorSource source;

  /**
   * Looks at a checkpoint.
   *
   * @param source an open checkpoint; it stays the caller's
   */
  public TensorSizes(TensorSource source) {
    this.source = source;
  }

  /**
   * Looks for a tensor.
   *
   * @param name its name
   * @return whether it is there
   */
  public boolean has(String name) {
    return source.contains(name);
  }

  /**
   * Finds a tensor's shape.
   *
   * @param name its name
   * @param dimensions how many it has to have
   * @return its shape
   * @throws IOException if its entry cannot be read
   * @throws IllegalArgumentException if it is missing or has another number of dimensions
   */
  public Shape shape(String name, int dimensions) throws IOException {
    if (!has(name)) {
      throw unknown("it has no tensor " + name);
    }
    Shape shape = source.info(name).shape();
    if (shape.dimension() != dimensions) {
      throw unknown(name + " is " + shape);
    }
    return shape;
  }

  /**
   * Reads a size off a shape.
   *
   * @param shape of a tensor
   * @param axis along which
   * @return the size, 1 to about a million
   * @throws IllegalArgumentException if it is not in that range
   */
  public int size(Shape shape, int axis) {
    long size = shape.get(axis);
    if (size < 1 || size > MOST) {
      throw unknown("a tensor is " + shape);
    }
    return (int) size;
  }

  /**
   * Counts the blocks.
   *
   * @param before of the number in the name of a tensor that each block has
   * @param after of the number
   * @return how many there are, numbered from 0
   */
  public int blocks(String before, String after) {
    int blocks = 0;
    while (has(before + blocks + after)) {
      blocks++;
    }
    return blocks;
  }

  /**
   * Finds the side of a square.
   *
   * @param positions how many positions of patches there are
   * @return patches along a side
   * @throws IllegalArgumentException if they are no square
   */
  public int side(int positions) {
    int side = (int) Math.round(Math.sqrt(Math.max(0, positions)));
    if (side < 1 || side * side != positions) {
      throw unknown("its " + positions + " positions of patches are no square");
    }
    return side;
  }

  /**
   * Says that the shapes do not tell.
   *
   * @param reason why, as a clause
   * @return what to throw
   */
  public IllegalArgumentException unknown(String reason) {
    return new IllegalArgumentException(
        source.path()
            + " comes without a configuration, and "
            + reason
            + "; give the model's configuration, a config.json");
  }
}
