package io.harmonica.checkpoint.numpy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NpzWriterTest {
  private static final int LOCAL_BYTES = 30;
  private static final int VERSION_OF_64_BITS = 45;

  @TempDir private Path folder;

  private static NpzWriter.Array bytes(String name, List<Long> shape, byte... values) {
    return new NpzWriter.Array(name, NpyType.UINT8, shape, out -> out.write(values));
  }

  private static byte[] write(NpzWriter.Array... arrays) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    NpzWriter.write(out, List.of(arrays));
    return out.toByteArray();
  }

  @Test
  void anUncompressedEntryHoldsAnNpyFile() throws IOException {
    byte[] pixels = {1, 2, 3, -1, -2, -3};
    byte[] npz = write(bytes("arr_0", List.of(1L, 1L, 2L, 3L), pixels));
    ByteBuffer buffer = ByteBuffer.wrap(npz).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(buffer.getInt(0)).as("signature").isEqualTo(0x04034b50);
    assertThat(buffer.getShort(8)).as("stored, not deflated").isZero();
    assertThat(buffer.getInt(18)).as("size in the file").isEqualTo(128 + 6);
    assertThat(buffer.getShort(28)).as("extra bytes").isZero();
    String name = new String(npz, LOCAL_BYTES, 9, StandardCharsets.US_ASCII);
    assertThat(name).isEqualTo("arr_0.npy");

    byte[] npy = Arrays.copyOfRange(npz, LOCAL_BYTES + 9, LOCAL_BYTES + 9 + 134);
    assertThat(npy).startsWith(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0);
    assertThat(ByteBuffer.wrap(npy).order(ByteOrder.LITTLE_ENDIAN).getShort(8) + 10)
        .as("where the elements start")
        .isEqualTo(128);
    assertThat(new String(npy, 10, 118, StandardCharsets.US_ASCII))
        .matches(
            "\\{'descr': '\\|u1', 'fortran_order': False, 'shape': \\(1, 1, 2, 3\\), \\} +\\n");
    assertThat(npy).endsWith(pixels);
  }

  @Test
  void severalArraysAreReadByOthers() throws IOException {
    NpzWriter.Array labels =
        new NpzWriter.Array("arr_1", NpyType.INT64, List.of(1L), out -> out.write(new byte[8]));
    byte[] npz = write(bytes("arr_0", List.of(2L), (byte) 7, (byte) 8), labels);
    assertThat(npz).isEqualTo(write(bytes("arr_0", List.of(2L), (byte) 7, (byte) 8), labels));
    Path file = Files.write(folder.resolve("x.npz"), npz);
    try (ZipFile zip = new ZipFile(file.toFile())) {
      assertThat(zip.stream().map(ZipEntry::getName)).containsExactly("arr_0.npy", "arr_1.npy");
      assertThat(text(zip, "arr_0.npy")).contains("'shape': (2,), }").endsWith("\u0007\u0008");
      assertThat(text(zip, "arr_1.npy")).contains("'descr': '<i8'", "'shape': (1,), }");
    }
  }

  private static String text(ZipFile zip, String name) throws IOException {
    try (InputStream in = zip.getInputStream(zip.getEntry(name))) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  @Test
  void anArrayOfAnotherSizeIsRefused() {
    assertThatThrownBy(() -> write(bytes("arr_0", List.of(3L), (byte) 1)))
        .isInstanceOf(ZipException.class);
  }

  /** 4.3 GB of black pixels but for the last one; what is zero takes no room on the disk. */
  @Test
  void largeArraysTakeTheFormOf64Bits() throws IOException {
    long images = 22_000;
    long imageBytes = 256 * 256 * 3;
    byte[] black = new byte[(int) imageBytes];
    byte[] last = black.clone();
    last[last.length - 1] = 77;
    NpzWriter.Array array =
        new NpzWriter.Array(
            "arr_0",
            NpyType.UINT8,
            List.of(images, 256L, 256L, 3L),
            out -> {
              for (long i = 1; i < images; i++) {
                out.write(black);
              }
              out.write(last);
            });
    Path file = folder.resolve("large.npz");
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        OutputStream out = new BufferedOutputStream(new Sparse(channel))) {
      NpzWriter.write(out, List.of(array, bytes("arr_1", List.of(1L), (byte) 5)));
    }
    assertThat(Files.size(file)).isGreaterThan(1L << 32);
    ByteBuffer start = head(file);
    assertThat(start.getShort(4)).as("version needed").isEqualTo((short) VERSION_OF_64_BITS);
    assertThat(start.getInt(18)).as("size, elsewhere").isEqualTo(-1);
    assertThat(start.getShort(LOCAL_BYTES + 9)).as("field of 64 bits").isEqualTo((short) 1);
    assertThat(start.getLong(LOCAL_BYTES + 9 + 4)).isEqualTo(128 + images * imageBytes);
    try (ZipFile zip = new ZipFile(file.toFile());
        InputStream in = zip.getInputStream(zip.getEntry("arr_0.npy"))) {
      assertThat(zip.getEntry("arr_0.npy").getSize()).isEqualTo(128 + images * imageBytes);
      assertThat(text(zip, "arr_1.npy")).endsWith("\u0005");
      in.skipNBytes(128 + images * imageBytes - 2);
      assertThat(in.readAllBytes()).containsExactly(0, 77);
    }
  }

  private static ByteBuffer head(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return ByteBuffer.wrap(in.readNBytes(128)).order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  /** Leaves holes where blocks are zero. */
  private static final class Sparse extends OutputStream {
    private static final byte[] ZEROS = new byte[256 * 256 * 3];

    private final FileChannel channel;

    Sparse(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value});
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (length == ZEROS.length
          && Arrays.equals(bytes, offset, offset + length, ZEROS, 0, length)) {
        channel.position(channel.position() + length);
      } else {
        channel.write(ByteBuffer.wrap(bytes, offset, length));
      }
    }
  }
}
