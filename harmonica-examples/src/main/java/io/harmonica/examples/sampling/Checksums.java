package io.harmonica.examples.sampling;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** SHA-256 in lower-case hexadecimal. */
final class Checksums {
  private Checksums() {}

  static String of(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  /** One checksum for a model in one file or in several, from the files' names and checksums. */
  static String of(Map<String, String> files) {
    if (files.size() == 1) {
      return files.values().iterator().next();
    }
    StringBuilder lines = new StringBuilder();
    new TreeMap<>(files).forEach((name, sum) -> lines.append(name + " " + sum + "\n"));
    return of(lines.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
