package io.harmonica.checkpoint.torch;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.tensor.AbstractTensorSource;
import io.harmonica.checkpoint.tensor.ByteSource;
import io.harmonica.checkpoint.tensor.ElementReader;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.tensor.TensorInfo;
import io.harmonica.checkpoint.tensor.TensorType;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A checkpoint that {@code torch.save} wrote: since PyTorch 1.6 a zip archive of a pickle and the
 * tensors' data, before that the same things one behind the other. The pickle is read as data;
 * nothing in it is ever run.
 *
 * <p>A tensor's name is made of the keys that lead to it, joined with full stops: the weight {@code
 * x} of {@code {"ema": {"x": ...}}} is {@code ema.x}. Plain values are named the same way and make
 * up the metadata. All else can be looked at in {@link #root()}.
 */
public final class TorchFile extends AbstractTensorSource {

  private final TorchStorages archive;
  private final Object root;
  private final TorchTree tree;

  private TorchFile(
      String file,
      TorchStorages archive,
      Object root,
      TorchTree tree,
      Map<String, TensorInfo> tensors) {
    super(file, tensors);
    this.archive = archive;
    this.root = root;
    this.tree = tree;
  }

  /**
   * Opens a file and reads all of it but the tensors' data.
   *
   * @param path the file, mostly {@code .pt}, {@code .pth} or {@code .bin}
   * @return the open file, which the caller closes
   * @throws MalformedCheckpointException if it is not a sound checkpoint
   * @throws IOException if it does not exist or cannot be read
   */
  public static TorchFile open(Path path) throws IOException {
    return open(path.toString(), ByteSource.open(path));
  }

  /**
   * Reads a checkpoint from memory.
   *
   * @param displayName what to call it in messages
   * @param content the whole file; the buffer's bytes are used in place, its position is not moved
   * @return the open file, which the caller closes
   * @throws IOException if it is not a sound checkpoint
   */
  public static TorchFile of(String displayName, ByteBuffer content) throws IOException {
    return open(displayName, ByteSource.of(content));
  }

  private static TorchFile open(String file, ByteSource source) throws IOException {
    try {
      TorchStorages archive =
          LegacyTorchFile.recognises(source)
              ? new LegacyTorchFile(file, source)
              : TorchArchive.read(file, source);
      Object root = archive.readPickle();
      TorchTree tree = TorchTree.walk(file, root);
      archive.locate(tree.tensors().values());
      Map<String, TensorInfo> infos = new LinkedHashMap<>();
      for (Map.Entry<String, TorchTensor> tensor : tree.tensors().entrySet()) {
        infos.put(tensor.getKey(), info(tensor.getKey(), tensor.getValue(), archive));
      }
      return new TorchFile(file, archive, root, tree, infos);
    } catch (EOFException e) {
      source.close();
      MalformedCheckpointException fault =
          new MalformedCheckpointException(file, "ends too early", -1, ZipArchive.REMEDY);
      fault.initCause(e);
      throw fault;
    } catch (Throwable e) {
      source.close();
      throw e;
    }
  }

  private static TensorInfo info(String name, TorchTensor tensor, TorchStorages archive)
      throws IOException {
    TensorType type = tensor.storage().type();
    long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
    long span = tensor.span();
    if (TensorInfo.byteCount(type, shape) < 0
        || span < 0
        || tensor.offset() > tensor.storage().elements() - span) {
      throw archive.fault("has a tensor that reaches beyond its storage", name);
    }
    archive.checkStorage(tensor.storage(), name);
    return new TensorInfo(name, type, new Shape(shape));
  }

  /**
   * {@return the plain values of the checkpoint as texts, named like tensors, for instance {@code
   * args.tau}, in an unmodifiable map; the first 10,000 if there are more}
   */
  @Override
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(tree.texts());
  }

  /**
   * Returns what the pickle holds: maps, lists, sets, strings, Long, BigInteger, Double, Boolean,
   * byte arrays, null, {@link InertObject} for what would have been objects of Python classes, and
   * opaque objects in place of the tensors, which are read by name. It must not be changed. As it
   * comes from a file that may be hostile, it may be deep or contain itself, so do not print or
   * compare it as a whole.
   *
   * @return the value that was saved, mostly a map
   */
  public Object root() {
    return root;
  }

  @Override
  protected ElementReader elements(TensorInfo info) throws IOException {
    return archive.elements(tree.tensors().get(info.name()), info);
  }

  @Override
  public void close() throws IOException {
    archive.close();
  }
}
