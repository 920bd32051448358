package io.harmonica.checkpoint.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.Goldens;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.tensor.TensorInfo;
import io.harmonica.checkpoint.tensor.TensorType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsRoundTripTest {

  private static final Path GOLDEN = Goldens.path("dit-tiny/dit.safetensors");

  @TempDir Path folder;

  private static SafetensorsWriter everyType() {
    return new SafetensorsWriter()
        .metadata("format", "pt")
        .metadata("note", "\u00fc\"\\\n\ud83d\ude00")
        .put("u8", TensorType.U8, new Shape(3), new byte[] {1, 2, (byte) 255})
        .put("f64", new Shape(2), new double[] {Math.PI, -0.0})
        .put("f32", new Shape(2, 2), new float[] {1.5f, -2.25f, Float.MIN_VALUE, Float.MAX_VALUE})
        .put("f16", TensorType.F16, new Shape(2), new float[] {0.1f, 65504f})
        .put("bf16", TensorType.BF16, new Shape(2), new float[] {0.1f, 3e38f})
        .put("i64", new Shape(2), new long[] {Long.MIN_VALUE, 7})
        .put("i32", new Shape(2), new int[] {Integer.MIN_VALUE, 7})
        .put("i16", TensorType.I16, new Shape(2), new byte[] {0, (byte) 0x80, 1, 2})
        .put("i8", TensorType.I8, new Shape(2), new byte[] {-128, 5})
        .put("bool", TensorType.BOOL, new Shape(3), new byte[] {1, 0, 1})
        .put("scalar", new Shape(), new float[] {42})
        .put("empty", new Shape(0, 3), new float[0]);
  }

  private static byte[] bytes(SafetensorsWriter writer) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.write(out);
    return out.toByteArray();
  }

  @Test
  void everyTypeComesBackAsTheEngineCanHoldIt() throws IOException {
    Path file = folder.resolve("all.safetensors");
    everyType().write(file);
    try (SafetensorsFile read = SafetensorsFile.open(file);
        NDManager manager = NDManager.newBaseManager()) {
      assertThat(read.names())
          .containsExactly(
              "u8", "f64", "f32", "f16", "bf16", "i64", "i32", "i16", "i8", "bool", "scalar",
              "empty");
      assertThat(read.metadata())
          .containsExactly(
              Map.entry("format", "pt"), Map.entry("note", "\u00fc\"\\\n\ud83d\ude00"));
      assertThat(read.path()).isEqualTo(file);
      assertThat(read.read("f64", manager).toDoubleArray()).containsExactly(Math.PI, -0.0);
      assertThat(read.read("f32", manager).toFloatArray())
          .containsExactly(1.5f, -2.25f, Float.MIN_VALUE, Float.MAX_VALUE);
      assertThat(read.read("f16", manager).toFloatArray()).containsExactly(0x1.998p-4f, 65504f);
      assertThat(read.read("bf16", manager).toFloatArray())
          .containsExactly(0x1.9ap-4f, Float.intBitsToFloat(0x7f62 << 16));
      assertThat(read.read("i64", manager).toLongArray()).containsExactly(Long.MIN_VALUE, 7);
      assertThat(read.read("i32", manager).toIntArray()).containsExactly(Integer.MIN_VALUE, 7);
      assertThat(read.read("i16", manager).toIntArray()).containsExactly(-32768, 513);
      assertThat(read.read("i8", manager).toByteArray()).containsExactly(-128, 5);
      assertThat(read.read("u8", manager).toUint8Array()).containsExactly(1, 2, 255);
      assertThat(read.read("bool", manager).toBooleanArray()).containsExactly(true, false, true);
      assertThat(read.read("scalar", manager).getFloat()).isEqualTo(42);
      assertThat(read.read("scalar", manager).getShape()).isEqualTo(new Shape());
      assertThat(read.read("empty", manager).getShape()).isEqualTo(new Shape(0, 3));
      assertThat(read.read("bf16", manager).getDataType()).isEqualTo(DataType.FLOAT32);
      assertThat(read.read("f32", manager).getName()).isNull();
      assertThat(read.info("bf16"))
          .isEqualTo(new TensorInfo("bf16", TensorType.BF16, new Shape(2)));
    }
  }

  @Test
  void readFloatsWidensEveryFloatingTypeAndRefusesTheOthers() throws IOException {
    try (SafetensorsFile read = SafetensorsFile.of("all", ByteBuffer.wrap(bytes(everyType())))) {
      assertThat(read.readFloats("f64")).containsExactly((float) Math.PI, -0f);
      assertThat(read.readFloats("f32")).hasSize(4).startsWith(1.5f, -2.25f);
      assertThat(read.readFloats("f16")).containsExactly(0x1.998p-4f, 65504f);
      assertThat(read.readFloats("bf16")[0]).isEqualTo(0x1.9ap-4f);
      assertThat(read.readFloats("empty")).isEmpty();
      assertThatThrownBy(() -> read.readFloats("i64"))
          .isInstanceOf(MalformedCheckpointException.class)
          .hasMessageContaining("all: holds I64 where floating-point");
      assertThatThrownBy(() -> read.readFloats("nope"))
          .isInstanceOf(MalformedCheckpointException.class)
          .hasMessageContaining("holds no tensor nope but 12 others (u8, f64, f32, ...)");
    }
  }

  @Test
  void theSameContentGivesTheSameBytesAndAnAlignedHeader() throws IOException {
    byte[] once = bytes(everyType());
    SafetensorsWriter writer = everyType();
    assertThat(bytes(writer)).isEqualTo(once).isEqualTo(bytes(writer));
    assertThat(once[0] % 8).isZero();
    assertThat(new String(once, 8, 64, StandardCharsets.UTF_8))
        .startsWith("{\"__metadata__\":{\"format\":\"pt\",\"note\":");
  }

  @Test
  void rewritingAFileTensorByTensorChangesNothing() throws IOException {
    try (SafetensorsFile golden = SafetensorsFile.open(GOLDEN)) {
      SafetensorsWriter copy = new SafetensorsWriter();
      for (String name : golden.names()) {
        copy.put(name, golden);
      }
      assertThat(bytes(copy)).isEqualTo(Files.readAllBytes(GOLDEN));
      assertThat(golden.info("blocks.0.attn.qkv.weight").shape()).isEqualTo(new Shape(192, 64));
    }
  }

  @Test
  void arraysAreWrittenUnderTheirOwnType() throws IOException {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray ramp = manager.arange(6f).reshape(2, 3);
      SafetensorsWriter writer = new SafetensorsWriter().put("transposed", ramp.transpose());
      for (DataType type :
          List.of(
              DataType.FLOAT64,
              DataType.FLOAT16,
              DataType.INT64,
              DataType.INT32,
              DataType.INT8,
              DataType.UINT8)) {
        writer.put(type.name(), ramp.toType(type, true));
      }
      try (SafetensorsFile read = SafetensorsFile.of("w", ByteBuffer.wrap(bytes(writer)))) {
        assertThat(read.readFloats("transposed")).containsExactly(0, 3, 1, 4, 2, 5);
        for (String name : read.names()) {
          assertThat(read.read(name, manager).toType(DataType.FLOAT32, false).sum().getFloat())
              .as(name)
              .isEqualTo(15);
        }
        assertThat(read.info("FLOAT16").type()).isEqualTo(TensorType.F16);
      }
      assertThatThrownBy(() -> writer.put("s", manager.create("text")))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void unalignedDataIsRead() throws IOException {
    String json =
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[1,9]}}";
    ByteBuffer data = Safetensors.buffer(json, 9);
    data.putFloat(data.limit() - 8, 1.25f).putFloat(data.limit() - 4, -3f);
    try (SafetensorsFile read = SafetensorsFile.of("unaligned", data);
        NDManager manager = NDManager.newBaseManager()) {
      assertThat(read.read("b", manager).toFloatArray()).containsExactly(1.25f, -3f);
    }
  }

  @Test
  void lazyTensorsAreAskedForWhenWrittenAndAFailureLeavesNothing() throws IOException {
    Path file = folder.resolve("lazy.safetensors");
    SafetensorsWriter writer =
        new SafetensorsWriter()
            .put("a", TensorType.BF16, new Shape(2), () -> new float[] {1, 2})
            .put(
                "b",
                TensorType.F32,
                new Shape(1),
                () -> {
                  throw new IllegalStateException("no more weights");
                });
    Files.writeString(file, "before");
    assertThatThrownBy(() -> writer.write(file)).hasMessage("no more weights");
    assertThatThrownBy(
            () ->
                new SafetensorsWriter()
                    .put("a", TensorType.F32, new Shape(2), () -> new float[3])
                    .write(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("takes 2 values, not 3");
    assertThat(file).hasContent("before");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void wrongUseIsRefusedAtOnce() {
    SafetensorsWriter writer = new SafetensorsWriter().put("a", new Shape(1), new int[1]);
    assertThatThrownBy(() -> writer.put("a", new Shape(1), new int[1]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> writer.put("__metadata__", new Shape(1), new int[1]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> writer.put("b", new Shape(2), new long[1]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> writer.put("b", TensorType.I16, new Shape(2), new byte[3]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> writer.put("b", TensorType.I32, new Shape(2), new float[2]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> writer.put("\ud800", new Shape(2), new float[2]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void closedShortenedAndMissingFilesAreReportedAsSuch() throws IOException {
    Path file = folder.resolve("all.safetensors");
    everyType().write(file);
    assertThatThrownBy(() -> SafetensorsFile.open(folder.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> SafetensorsFile.open(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is a folder");
    SafetensorsFile read = SafetensorsFile.open(file);
    try (FileChannel cut = FileChannel.open(file, StandardOpenOption.WRITE)) {
      cut.truncate(cut.size() - 60);
    }
    assertThatThrownBy(() -> read.readFloats("bf16"))
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageContaining("became shorter");
    read.close();
    read.close();
    assertThatThrownBy(() -> read.readFloats("f32")).isInstanceOf(ClosedChannelException.class);
    SafetensorsFile memory = SafetensorsFile.of("m", ByteBuffer.wrap(bytes(everyType())));
    memory.close();
    assertThatThrownBy(() -> memory.readFloats("f32")).isInstanceOf(ClosedChannelException.class);
  }
}
