package io.harmonica.checkpoint.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What all sources share: the table of tensors, and reading them through {@link TensorDecoder}. */
public abstract class AbstractTensorSource implements TensorSource {

  private static final int NAMES_SHOWN = 3;

  private final String file;
  private final Map<String, TensorInfo> tensors;
  private final TensorDecoder decoder = new TensorDecoder();

  /**
   * Keeps the table.
   *
   * @param file the file's name, for messages and {@link #path}
   * @param tensors in the order of the file; kept, not copied
   */
  protected AbstractTensorSource(String file, Map<String, TensorInfo> tensors) {
    this.file = file;
    this.tensors = Collections.unmodifiableMap(tensors);
  }

  /**
   * Gives access to the bytes of a tensor of the table.
   *
   * @param tensor which one
   * @return its bytes
   * @throws IOException if they cannot be found
   */
  protected abstract ElementReader elements(TensorInfo tensor) throws IOException;

  @Override
  public Path path() {
    try {
      return Path.of(file);
    } catch (InvalidPathException e) {
      return Path.of("memory");
    }
  }

  @Override
  public Set<String> names() {
    return tensors.keySet();
  }

  @Override
  public TensorInfo info(String name) throws MalformedCheckpointException {
    TensorInfo tensor = tensors.get(name);
    if (tensor == null) {
      throw noSuchTensor(file, name, names());
    }
    return tensor;
  }

  @Override
  public NDArray read(String name, NDManager manager) throws IOException {
    TensorInfo tensor = info(name);
    return decoder.toNDArray(tensor, guarded(tensor), manager);
  }

  @Override
  public float[] readFloats(String name) throws IOException {
    TensorInfo tensor = info(name);
    if (!tensor.type().isFloating()) {
      throw new MalformedCheckpointException(
          file,
          "holds " + tensor.type() + " where floating-point numbers are expected",
          -1,
          name,
          "check that the file belongs to this model");
    }
    if (tensor.elements() > Integer.MAX_VALUE - 8) {
      throw new MalformedCheckpointException(
          file,
          tensor.elements() + " elements do not fit in one Java array",
          -1,
          name,
          "read the tensor as an NDArray");
    }
    return decoder.toFloats(tensor, guarded(tensor));
  }

  @Override
  public void copy(String name, OutputStream out) throws IOException {
    TensorInfo tensor = info(name);
    decoder.copy(tensor, guarded(tensor), out);
  }

  /** {@return the file's name, for messages} */
  protected final String file() {
    return file;
  }

  /** The elements of a tensor, with the end of the file reported as what it is. */
  private ElementReader guarded(TensorInfo tensor) throws IOException {
    ElementReader elements = elements(tensor);
    return (offset, target) -> {
      try {
        elements.read(offset, target);
      } catch (EOFException e) {
        MalformedCheckpointException fault =
            new MalformedCheckpointException(
                file,
                "the file became shorter while it was open",
                -1,
                tensor.name(),
                "let no other program write the file, and open it again");
        fault.initCause(e);
        throw fault;
      }
    };
  }

  /**
   * Says that a file lacks a tensor, and what it has.
   *
   * @param file the file's name
   * @param name the tensor that was asked for
   * @param names the tensors that there are
   * @return the exception, to be thrown
   */
  public static MalformedCheckpointException noSuchTensor(
      String file, String name, Set<String> names) {
    String others =
        names.stream()
            .limit(NAMES_SHOWN)
            .map(MalformedCheckpointException::quote)
            .collect(Collectors.joining(", "));
    return new MalformedCheckpointException(
        file,
        "holds no tensor "
            + MalformedCheckpointException.quote(name)
            + (names.isEmpty() ? " nor any other" : " but " + names.size() + " others (" + others)
            + (names.size() > NAMES_SHOWN ? ", ..." : "")
            + (names.isEmpty() ? "" : ")"),
        -1,
        "check that the file belongs to this model");
  }
}
