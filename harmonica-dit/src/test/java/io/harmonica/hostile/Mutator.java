package io.harmonica.hostile;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Changes files as somebody would who knows their structure: lengths and offsets to extremes, parts
 * doubled, moved or cut out, words of the format where others stood. Random bytes hardly get past
 * the first check of a reader.
 */
final class Mutator {
  private static final long[] EXTREMES = {
    0,
    1,
    -1,
    2,
    127,
    128,
    255,
    256,
    0x7fff,
    0x8000,
    0xffff,
    0x10000,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    0xffff_ffffL,
    0x1_0000_0000L,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  /** Words of JSON, pickle, zip and protobuf. */
  private static final List<String> WORDS =
      List.of(
          "{",
          "}",
          "[",
          "]",
          "\"",
          ":",
          ",",
          "-1",
          "0",
          "1e999",
          "9223372036854775808",
          "null",
          "true",
          "NaN",
          "\"a\":",
          "[[[[[[[[",
          "{\"a\":{\"a\":",
          "\\u0000",
          "\u00ff",
          "F32",
          "BF16",
          "data_offsets",
          "dtype",
          "shape",
          "__metadata__",
          "../",
          "\u0080\u0002",
          "cos\nsystem\n",
          "ctorch._utils\n_rebuild_tensor_v2\n",
          "(",
          "t",
          "R",
          "Q",
          "u",
          "s",
          "b",
          ".",
          "h\u0000",
          "j\u00ff\u00ff\u00ff\u007f",
          "PK\u0003\u0004",
          "PK\u0001\u0002",
          "PK\u0005\u0006",
          "PK\u0006\u0006",
          "\n\u00ff\u00ff\u00ff\u00ff\u000f",
          "\u0008\u00ff\u00ff\u00ff");

  private final SplittableRandom random;

  Mutator(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** Makes one to four changes. */
  byte[] mutate(byte[] sound) {
    byte[] content = sound.clone();
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      content = change(content);
    }
    return content;
  }

  private byte[] change(byte[] content) {
    int length = content.length;
    int from = place(length);
    int to = Math.min(length, from + 1 + random.nextInt(Math.max(1, Math.min(64, length))));
    return switch (random.nextInt(7)) {
      case 0 -> Arrays.copyOf(content, from);
      case 1 -> splice(content, from, to, new byte[0]);
      case 2 -> splice(content, from, from, Arrays.copyOfRange(content, from, to));
      case 3 -> splice(content, from, from, word());
      case 4 -> splice(content, from, Math.min(length, from + word().length), word());
      case 5 -> number(content, from);
      default -> {
        byte[] changed = content.clone();
        if (length > 0) {
          changed[Math.min(from, length - 1)] = (byte) random.nextInt(256);
        }
        yield changed;
      }
    };
  }

  /** Half of all changes are made at the ends, where headers and tables lie. */
  private int place(int length) {
    if (length == 0) {
      return 0;
    }
    int near = Math.min(length, 512);
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(near);
      case 1 -> length - 1 - random.nextInt(near);
      default -> random.nextInt(length);
    };
  }

  private byte[] word() {
    return WORDS.get(random.nextInt(WORDS.size())).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Puts an extreme number there, in one to eight bytes of either order. */
  private byte[] number(byte[] content, int from) {
    long value = EXTREMES[random.nextInt(EXTREMES.length)];
    int bytes = Math.min(1 << random.nextInt(4), content.length - from);
    boolean little = random.nextInt(4) > 0;
    byte[] changed = content.clone();
    for (int i = 0; i < bytes; i++) {
      changed[from + (little ? i : bytes - 1 - i)] = (byte) (value >>> (8 * i));
    }
    return changed;
  }

  private static byte[] splice(byte[] content, int from, int to, byte[] instead) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(content, 0, from);
    out.writeBytes(instead);
    out.write(content, to, content.length - to);
    return out.toByteArray();
  }
}
