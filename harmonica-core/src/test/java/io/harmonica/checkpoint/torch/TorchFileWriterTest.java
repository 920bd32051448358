package io.harmonica.checkpoint.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.Goldens;
import io.harmonica.checkpoint.tensor.ByteSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.Map;
import java.util.TimeZone;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchFileWriterTest {

  @TempDir Path folder;

  private static byte[] bytes(TorchFileWriter writer) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.write(out);
    return out.toByteArray();
  }

  private static byte[] pickle(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ZipEntry entry =
          zip.stream().filter(e -> e.getName().endsWith("/data.pkl")).findFirst().orElseThrow();
      return zip.getInputStream(entry).readAllBytes();
    }
  }

  @Test
  void aRouterIsPickledByteForByteAsPythonDoes() throws IOException {
    Path golden = Goldens.path("dit-tiny/router.pt");
    Path written = folder.resolve("router.pt");
    TorchFileWriter writer = new TorchFileWriter();
    try (TorchFile router = TorchFile.open(golden)) {
      for (String name : router.names()) {
        writer.put(
            "routers", name.substring(8), router.info(name).shape(), router.readFloats(name));
      }
      writer.put("args", "tau", 0.1);
      writer.write(written);
      try (TorchFile copy = TorchFile.open(written)) {
        assertThat(copy.names()).containsExactlyElementsOf(router.names());
        assertThat(copy.metadata()).isEqualTo(router.metadata());
        for (String name : router.names()) {
          assertThat(copy.readFloats(name)).isEqualTo(router.readFloats(name));
        }
      }
    }
    // Up to here the two hold the same; then Python adds the layer versions of a state_dict.
    int endOfRouters = 746;
    assertThat(Arrays.copyOf(pickle(written), endOfRouters))
        .isEqualTo(Arrays.copyOf(pickle(golden), endOfRouters));
  }

  @Test
  void everyKindOfValueComesBack() throws IOException {
    TorchFileWriter writer =
        new TorchFileWriter()
            .put("scalar", new Shape(), new float[] {1})
            .put("empty", new Shape(0, 3), new float[0])
            .put("deep", new Shape(1, 2, 1, 2), new float[] {1, 2, 3, 4})
            .put("text", "\u00fc")
            .put("yes", true);
    long[] numbers = {0, 255, 256, 65535, 65536, -1, 1L << 31, -(1L << 31) - 1, Long.MIN_VALUE};
    for (int i = 0; i < numbers.length; i++) {
      writer.put("numbers", Integer.toString(i), numbers[i]);
    }
    for (int i = 0; i < 2001; i++) {
      writer.put("many", Integer.toString(i), i);
    }
    try (TorchFile file = TorchFile.of("w", ByteBuffer.wrap(bytes(writer)))) {
      assertThat(file.names()).containsExactly("scalar", "empty", "deep");
      assertThat(file.readFloats("deep")).containsExactly(1, 2, 3, 4);
      assertThat(file.info("deep").shape()).isEqualTo(new Shape(1, 2, 1, 2));
      assertThat(file.readFloats("empty")).isEmpty();
      Map<String, String> values = file.metadata();
      assertThat(values).containsEntry("text", "\u00fc").containsEntry("yes", "true");
      assertThat(values).containsEntry("many.2000", "2000").hasSize(2 + numbers.length + 2001);
      for (int i = 0; i < numbers.length; i++) {
        assertThat(values).containsEntry("numbers." + i, Long.toString(numbers[i]));
      }
    }
    assertThat(bytes(writer)).isEqualTo(bytes(writer));
  }

  @Test
  void theArchiveIsSoundForOthersAndItsDataIsAligned() throws IOException {
    Path file = folder.resolve("x.pt");
    new TorchFileWriter()
        .put("a", new Shape(3), new float[] {1, 2, 3})
        .put("b", new Shape(1), new float[] {4})
        .write(file);
    try (ZipFile zip = new ZipFile(file.toFile());
        ByteSource source = ByteSource.open(file)) {
      ZipArchive archive = ZipArchive.read("x", source);
      assertThat(archive.entries().keySet())
          .containsExactly(
              "archive/data.pkl",
              "archive/byteorder",
              "archive/data/0",
              "archive/data/1",
              "archive/version");
      for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
        ZipEntry entry = all.nextElement();
        assertThat(archive.dataStart(archive.entries().get(entry.getName())) % 64).isZero();
        assertThat(zip.getInputStream(entry).readAllBytes()).hasSize((int) entry.getSize());
      }
    }
  }

  @Test
  void noTimeZoneChangesTheBytes() throws IOException {
    TorchFileWriter writer = new TorchFileWriter().put("a", new Shape(3), new float[] {1, 2, 3});
    TimeZone here = TimeZone.getDefault();
    try {
      TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Auckland"));
      byte[] east = bytes(writer);
      TimeZone.setDefault(TimeZone.getTimeZone("America/Los_Angeles"));
      assertThat(bytes(writer)).isEqualTo(east);
    } finally {
      TimeZone.setDefault(here);
    }
  }

  @Test
  void suppliersGiveTheSameBytesAsArrays() throws IOException {
    float[] values = {1, 2, 3};
    TorchFileWriter arrays = new TorchFileWriter().put("a", new Shape(3), values);
    TorchFileWriter suppliers = new TorchFileWriter().put("a", new Shape(3), () -> values);
    assertThat(bytes(suppliers)).isEqualTo(bytes(arrays));
    TorchFileWriter wrong = new TorchFileWriter().put("a", new Shape(2), () -> values);
    assertThatThrownBy(() -> bytes(wrong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Tensor a of shape (2) takes 2 values, not 3");
  }

  @Test
  void wrongUseIsRefusedAtOnce() {
    TorchFileWriter writer = new TorchFileWriter().put("a", 1).put("g", "x", 1);
    assertThatThrownBy(() -> writer.put("a", 2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> writer.put("g", 2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> writer.put("a", "x", 2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> writer.put("g", "x", 2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> writer.put("o", folder)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> writer.put("t", new Shape(2), new float[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("takes 2 values, not 3");
  }
}
