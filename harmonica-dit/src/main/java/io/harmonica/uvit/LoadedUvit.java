package io.harmonica.uvit;

import ai.djl.ndarray.NDArray;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A U-ViT as it was found on disk.
 *
 * @param config its shape
 * @param weights its tensors, in the precision asked for
 * @param sha256 the checkpoint's file names to their SHA-256 in lower-case hexadecimal, which says
 *     what results were made with
 */
public record LoadedUvit(
    UvitConfig config, Map<String, NDArray> weights, Map<String, String> sha256)
    implements AutoCloseable {

  /**
   * Keeps copies of the maps.
   *
   * @param config the model's shape
   * @param weights its tensors by name
   * @param sha256 file names to checksums
   */
  public LoadedUvit {
    weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
    sha256 = Collections.unmodifiableMap(new LinkedHashMap<>(sha256));
  }

  /** Frees the weights; models made of them must not be used after that. */
  @Override
  public void close() {
    weights.values().forEach(NDArray::close);
  }
}
