package io.harmonica.checkpoint.safetensors;

import io.harmonica.checkpoint.tensor.AbstractTensorSource;
import io.harmonica.checkpoint.tensor.ByteSource;
import io.harmonica.checkpoint.tensor.ElementReader;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.tensor.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A safetensors file of any size. Only the header is read when it is opened; data is read tensor by
 * tensor and need not be aligned.
 *
 * <pre>{@code
 * try (SafetensorsFile file = SafetensorsFile.open(Path.of("model.safetensors"))) {
 *   NDArray weight = file.read("blocks.0.attn.qkv.weight", manager);
 * }
 * }</pre>
 */
public final class SafetensorsFile extends AbstractTensorSource {

  private final ByteSource source;
  private final SafetensorsHeader header;

  private SafetensorsFile(String file, ByteSource source, SafetensorsHeader header) {
    super(file, infos(header));
    this.source = source;
    this.header = header;
  }

  /**
   * Opens a file and checks its header.
   *
   * @param path the file
   * @return the open file, which the caller closes
   * @throws MalformedCheckpointException if it is not a sound safetensors file
   * @throws IOException if it does not exist or cannot be read
   */
  public static SafetensorsFile open(Path path) throws IOException {
    return open(path.toString(), ByteSource.open(path));
  }

  /**
   * Reads a safetensors file from memory, for instance from a resource on the class path.
   *
   * @param displayName what to call it in messages
   * @param content the whole file; the buffer's bytes are used in place, its position is not moved
   * @return the open file, which the caller closes
   * @throws IOException if it is not a sound safetensors file
   */
  public static SafetensorsFile of(String displayName, ByteBuffer content) throws IOException {
    return open(displayName, ByteSource.of(content));
  }

  private static SafetensorsFile open(String file, ByteSource source) throws IOException {
    try {
      return new SafetensorsFile(file, source, SafetensorsHeader.read(file, source));
    } catch (Throwable e) {
      source.close();
      throw e;
    }
  }

  private static Map<String, TensorInfo> infos(SafetensorsHeader header) {
    Map<String, TensorInfo> infos = new LinkedHashMap<>();
    header.entries().forEach((name, entry) -> infos.put(name, entry.info()));
    return infos;
  }

  /**
   * Tells whether a file looks like safetensors: a JSON object follows eight bytes that may be its
   * length.
   *
   * @param start the file's first bytes
   * @return true if the rest is worth reading as such
   */
  public static boolean recognises(byte[] start) {
    return start.length > SafetensorsHeader.LENGTH_BYTES
        && start[SafetensorsHeader.LENGTH_BYTES] == '{'
        && start[SafetensorsHeader.LENGTH_BYTES - 1] == 0;
  }

  @Override
  public Map<String, String> metadata() {
    return header.metadata();
  }

  @Override
  protected ElementReader elements(TensorInfo tensor) {
    long start = header.dataStart() + header.entries().get(tensor.name()).begin();
    return (offset, target) -> source.read(start + offset, target);
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
