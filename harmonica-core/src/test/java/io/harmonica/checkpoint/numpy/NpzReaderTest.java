package io.harmonica.checkpoint.numpy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What NumPy wrote, and what has become of it. */
final class NpzReaderTest {
  @TempDir private Path folder;

  private static Path fixture(String name) throws URISyntaxException {
    return Path.of(NpzReaderTest.class.getResource("/checkpoint/" + name).toURI());
  }

  @ParameterizedTest
  @ValueSource(strings = {"arrays.npz", "arrays-compressed.npz"})
  void readsWhatNumPyWrites(String name) throws IOException, URISyntaxException {
    try (NpzReader npz = NpzReader.open(fixture(name))) {
      assertThat(npz.names()).startsWith("arr_0", "labels", "mu", "sigma").hasSize(8);
      assertThat(npz.header("arr_0"))
          .isEqualTo(new NpyHeader(NpyType.UINT8, List.of(2L, 2L, 3L, 3L)));
      try (NpyStream stream = npz.open("arr_0")) {
        byte[] bytes = new byte[36];
        stream.readFully(bytes, 18);
        assertThat(bytes[17]).isEqualTo((byte) 17);
        stream.readFully(bytes, 18);
        assertThat(bytes[17]).isEqualTo((byte) 35);
      }
      assertThat(npz.header("labels").type()).isEqualTo(NpyType.INT64);
      assertThat(npz.readDoubles("mu")).containsExactly(0.5, -1.5);
      assertThat(npz.readDoubles("sigma")).containsExactly(2, 0.25, 0.25, 3);
      assertThat(npz.readDoubles("scalar")).containsExactly(7.5);
    }
  }

  @Test
  void saysWhatItCannotRead() throws IOException, URISyntaxException {
    try (NpzReader npz = NpzReader.open(fixture("arrays.npz"))) {
      assertThatThrownBy(() -> npz.open("arr_1"))
          .isInstanceOf(MalformedCheckpointException.class)
          .hasMessageContaining("arrays.npz: holds no array arr_1, but arr_0, labels, mu,");
      assertThatThrownBy(() -> npz.open("columns"))
          .hasMessageContaining("holds columns first (tensor columns); save numpy.ascont");
      assertThatThrownBy(() -> npz.open("text")).hasMessageContaining("elements of type <U1");
      assertThatThrownBy(() -> npz.open("objects")).hasMessageContaining("elements of type |O");
      assertThatThrownBy(() -> npz.readDoubles("labels"))
          .hasMessageContaining("holds [2] of <i8 (tensor labels); expected floating-point");
    }
    Path none = folder.resolve("none.npz");
    assertThatThrownBy(() -> NpzReader.open(none)).isInstanceOf(NoSuchFileException.class);
    Path text = Files.writeString(folder.resolve("text.npz"), "no archive");
    assertThatThrownBy(() -> NpzReader.open(text))
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageContaining("text.npz: is no sound npz archive");
  }

  @ParameterizedTest
  @ValueSource(strings = {"arrays.npz", "arrays-compressed.npz"})
  void noDamageDoesMoreThanRaiseAnException(String name) throws IOException, URISyntaxException {
    byte[] whole = Files.readAllBytes(fixture(name));
    for (int at = 0; at < whole.length; at += 7) {
      byte[] changed = whole.clone();
      changed[at] ^= (byte) (1 << (at / 7) % 8);
      readAll(changed);
      readAll(Arrays.copyOf(whole, at));
    }
  }

  /** Reads everything, or as far as the damage lets it. */
  private void readAll(byte[] content) throws IOException {
    Path file = Files.write(folder.resolve("changed.npz"), content);
    try (NpzReader npz = NpzReader.open(file)) {
      for (String name : npz.names()) {
        try (NpyStream stream = npz.open(name)) {
          long bytes = stream.header().contentBytes();
          assertThat(bytes).isLessThan(content.length * 2000L);
          stream.readFully(new byte[(int) bytes], (int) bytes);
        } catch (MalformedCheckpointException e) {
          assertThat(e).hasMessageContaining("changed.npz");
        }
      }
    } catch (MalformedCheckpointException e) {
      assertThat(e).hasMessageContaining("changed.npz");
    }
  }

  @Test
  void aChangedPixelShowsInTheChecksum() throws IOException, URISyntaxException {
    byte[] changed = Files.readAllBytes(fixture("arrays.npz"));
    changed[30 + "arr_0.npy".length() + 20 + 128 + 5] ^= 1;
    Path file = Files.write(folder.resolve("pixel.npz"), changed);
    try (NpzReader npz = NpzReader.open(file);
        NpyStream stream = npz.open("arr_0")) {
      assertThatThrownBy(() -> stream.readFully(new byte[36], 36))
          .isInstanceOf(MalformedCheckpointException.class)
          .hasMessageContaining("another checksum than it was written with (tensor arr_0)");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'descr': '|u1', 'fortran_order': False, 'shape': (9223372036854775807, 9), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (999999999999999999, 999999), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (-3,), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (5,), }",
        "{'descr': '|u1', 'shape': (3,), }",
        "__import__('os')",
        ""
      })
  void headersThatLieAreRefused(String header) throws IOException {
    ByteArrayOutputStream npy = new ByteArrayOutputStream();
    npy.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), 0});
    npy.write((header + "abc").getBytes(StandardCharsets.ISO_8859_1));
    Path file = folder.resolve("lies.npz");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("arr_0.npy"));
      zip.write(npy.toByteArray());
    }
    try (NpzReader npz = NpzReader.open(file)) {
      assertThatThrownBy(() -> npz.open("arr_0"))
          .isInstanceOf(MalformedCheckpointException.class)
          .hasMessageContaining("lies.npz: ");
    }
  }

  /** The directory's last word on an array's size, and the header, say 2^29 bytes. */
  @Test
  void fewBytesThatAnnounceManyAreRefused() throws IOException {
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (134217728,), }";
    ByteArrayOutputStream npy = new ByteArrayOutputStream();
    npy.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), 0});
    npy.write(header.getBytes(StandardCharsets.ISO_8859_1));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("mu.npy"));
      zip.write(npy.toByteArray());
    }
    ByteBuffer content = ByteBuffer.wrap(bytes.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    int directory = content.getInt(content.capacity() - 6);
    content.putInt(directory + 24, npy.size() + 4 * 134217728);
    Path file = Files.write(folder.resolve("few.npz"), content.array());
    try (NpzReader npz = NpzReader.open(file)) {
      assertThatThrownBy(() -> npz.readDoubles("mu"))
          .isInstanceOf(MalformedCheckpointException.class)
          .hasMessageContaining("few.npz: is announced larger than it can be (tensor mu)");
    }
  }

  @Test
  void matricesAreWrittenAndReadByRows() throws IOException {
    Path file = folder.resolve("matrix.npy");
    try (NpyMatrixWriter writer = new NpyMatrixWriter(file, 3, 2)) {
      writer.add(new float[] {1, 2});
      writer.add(new float[] {3, 4, 5, 6});
      assertThatThrownBy(() -> writer.add(new float[] {7, 8}))
          .isInstanceOf(IllegalArgumentException.class);
    }
    try (NpyMatrix matrix = NpyMatrix.open(file)) {
      assertThat(matrix.rows()).isEqualTo(3);
      assertThat(matrix.columns()).isEqualTo(2);
      assertThat(matrix.read(1, 3)).isDeepEqualTo(new float[][] {{3, 4}, {5, 6}});
      assertThat(matrix.read(0, 1)).isDeepEqualTo(new float[][] {{1, 2}});
    }
    try (NpyMatrixWriter writer = new NpyMatrixWriter(file, 3, 2)) {
      writer.add(new float[] {1, 2});
    }
    assertThatThrownBy(() -> NpyMatrix.open(file))
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageContaining("has a size that does not fit its shape [3, 2]");
    Files.writeString(file, "{}");
    assertThatThrownBy(() -> NpyMatrix.open(file)).hasMessageContaining("ends within its header");
  }
}
