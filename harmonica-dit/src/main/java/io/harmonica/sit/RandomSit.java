package io.harmonica.sit;

import io.harmonica.dit.DitConfig;
import io.harmonica.dit.RandomDit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * SiT checkpoints of any size with random weights: those of {@link RandomDit}, whose configuration
 * says what they are.
 */
public final class RandomSit {
  private static final Map<String, String> ENTRY = Map.of("family", SitCheckpoint.FAMILY);

  private RandomSit() {}

  /**
   * Writes a safetensors file, with the configuration in its metadata.
   *
   * @param file the file to write; its folder must exist
   * @param config the model's shape
   * @param seed the same seed gives the same bytes on every machine
   * @throws IOException if writing fails
   */
  public static void writeSafetensors(Path file, DitConfig config, long seed) throws IOException {
    RandomDit.writeSafetensors(file, config, ENTRY, seed);
  }

  /**
   * Writes a PyTorch file, with the configuration as a text beside the tensors.
   *
   * @param file the file to write; its folder must exist
   * @param config the model's shape
   * @param seed the same seed gives the same bytes on every machine
   * @throws IOException if writing fails
   */
  public static void writeTorch(Path file, DitConfig config, long seed) throws IOException {
    RandomDit.writeTorch(file, config, ENTRY, seed);
  }
}
