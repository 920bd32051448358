package io.harmonica.text;

import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where saved embeddings come from.
 *
 * @param model name of the text encoder
 * @param modelHash SHA-256 of its weights in hexadecimal; empty when unknown
 * @param precision what its matrices were multiplied in
 * @param libraryVersion the version that encoded; empty when unknown
 */
public record EmbeddingsProvenance(
    String model, String modelHash, String precision, String libraryVersion) {

  private static final String MODEL = "model";
  private static final String MODEL_HASH = "model_sha256";
  private static final String PRECISION = "precision";
  private static final String VERSION = "library_version";

  Map<String, String> toMetadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(MODEL, model);
    metadata.put(MODEL_HASH, modelHash);
    metadata.put(PRECISION, precision);
    metadata.put(VERSION, libraryVersion);
    return metadata;
  }

  static EmbeddingsProvenance fromMetadata(Map<String, String> metadata) {
    return new EmbeddingsProvenance(
        metadata.getOrDefault(MODEL, "unknown"),
        metadata.getOrDefault(MODEL_HASH, ""),
        metadata.getOrDefault(PRECISION, ""),
        metadata.getOrDefault(VERSION, ""));
  }

  /**
   * Computes the checksum that names a list of prompts: that of a text file with a line for each,
   * every line ended by a line feed.
   *
   * @param prompts the prompts as given, before cleaning
   * @return SHA-256 in lower-case hexadecimal
   */
  public static String sha256(List<String> prompts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String prompt : prompts) {
        digest.update((prompt + "\n").getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  static MalformedCheckpointException fault(Path file, String problem) {
    return new MalformedCheckpointException(
        file.toString(), problem, -1, "give embeddings that were saved from a text encoder");
  }
}
