package io.harmonica.files;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** SHA-256 checksums of what a result was made with. */
public final class Hashes {
  private Hashes() {}

  /**
   * Computes a checksum.
   *
   * @param bytes the content
   * @return 64 lower-case hexadecimal digits
   */
  public static String of(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Computes the checksum of a text in UTF-8.
   *
   * @param text the text
   * @return 64 lower-case hexadecimal digits
   */
  public static String of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Makes one checksum of those of several files.
   *
   * @param files file names to their checksums
   * @return the checksum of a single file, or one of all names and checksums
   */
  public static String of(Map<String, String> files) {
    if (files.size() == 1) {
      return files.values().iterator().next();
    }
    StringBuilder all = new StringBuilder();
    new TreeMap<>(files)
        .forEach((name, hash) -> all.append(name).append(' ').append(hash).append('\n'));
    return of(all.toString());
  }
}
