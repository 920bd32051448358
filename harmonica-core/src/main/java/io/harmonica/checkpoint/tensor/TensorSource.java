package io.harmonica.checkpoint.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * Named tensors in a file, read one at a time: whatever the size of the file, no more than one
 * tensor is in memory besides those the caller keeps.
 *
 * <p>Sources may be read by several threads. Whoever opened one closes it; arrays read from it stay
 * valid after that.
 */
public interface TensorSource extends AutoCloseable {

  /**
   * {@return where the tensors come from: the file; for content held in memory, a path made of its
   * display name}
   */
  Path path();

  /** {@return the tensors' names, an unmodifiable set in the order of the file} */
  Set<String> names();

  /**
   * Tells whether there is a tensor of that name.
   *
   * @param name a full tensor name
   * @return true if it can be read
   */
  default boolean contains(String name) {
    return names().contains(name);
  }

  /**
   * Describes one tensor without reading its data.
   *
   * @param name a full tensor name
   * @return its type and shape
   * @throws MalformedCheckpointException if there is no such tensor
   */
  TensorInfo info(String name) throws MalformedCheckpointException;

  /**
   * {@return the free-form texts stored beside the tensors, an unmodifiable map, empty where the
   * format has none}
   */
  Map<String, String> metadata();

  /**
   * Reads one tensor. F16 and BF16 become FLOAT32 and I16 becomes INT32, for the engine cannot hold
   * the narrow types safely; all others keep their type.
   *
   * @param name a full tensor name
   * @param manager the manager on whose device the array is made; it owns the array
   * @return a new, unnamed, contiguous array
   * @throws MalformedCheckpointException if there is no such tensor or its data is not what the
   *     header promised
   * @throws IOException if the file cannot be read or was closed
   */
  NDArray read(String name, NDManager manager) throws IOException;

  /**
   * Reads one floating-point tensor into host memory, whatever its precision; F64 is rounded.
   *
   * @param name a full tensor name
   * @return the elements in row-major order
   * @throws MalformedCheckpointException if there is no such tensor, it is not floating-point, or
   *     it has more elements than a Java array can hold
   * @throws IOException if the file cannot be read or was closed
   */
  float[] readFloats(String name) throws IOException;

  /**
   * Copies one tensor's elements as they are stored, without widening.
   *
   * @param name a full tensor name
   * @param out where the elements go, row-major and little-endian; it is not closed
   * @throws MalformedCheckpointException if there is no such tensor
   * @throws IOException if the file cannot be read or {@code out} cannot be written
   */
  void copy(String name, OutputStream out) throws IOException;

  /**
   * Closes the file; closing twice does nothing.
   *
   * @throws IOException if the system reports an error
   */
  @Override
  void close() throws IOException;
}
