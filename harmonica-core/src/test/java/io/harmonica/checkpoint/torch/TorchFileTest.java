package io.harmonica.checkpoint.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.Goldens;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.tensor.TensorEncoder;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.checkpoint.tensor.TensorType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads files that PyTorch wrote; {@code checkpoint/make_fixtures.py} tells what is in them. */
class TorchFileTest {

  @Test
  void theReferenceModelIsTheSameInBothFormats() throws IOException {
    try (TorchFile torch = TorchFile.open(Goldens.path("dit-tiny/dit.pt"));
        SafetensorsFile safe = SafetensorsFile.open(Goldens.path("dit-tiny/dit.safetensors"))) {
      assertThat(torch.names()).containsExactlyInAnyOrderElementsOf(safe.names());
      for (String name : safe.names()) {
        assertThat(torch.info(name)).isEqualTo(safe.info(name));
        assertThat(bytes(torch, name)).as(name).isEqualTo(bytes(safe, name));
      }
    }
  }

  @Test
  void theReferenceRouterKeepsItsSettings() throws IOException {
    try (TorchFile router = TorchFile.open(Goldens.path("dit-tiny/router.pt"))) {
      assertThat(router.names()).hasSize(10).contains("routers.0.prob", "routers.9.prob");
      assertThat(router.info("routers.0.prob").shape()).isEqualTo(new Shape(8));
      assertThat(router.readFloats("routers.0.prob")[0]).isEqualTo(-4.576788f);
      assertThat(router.metadata()).containsExactly(Map.entry("args.tau", "0.1"));
      Map<?, ?> root = (Map<?, ?>) router.root();
      assertThat(root.keySet()).isEqualTo(Set.of("routers", "opt", "args"));
      InertObject args = (InertObject) root.get("args");
      assertThat(args).hasToString("InertObject[argparse.Namespace]");
      assertThat(args.state()).isEqualTo(Map.of("tau", 0.1));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 5})
  void everyTypeAndViewIsRead(int protocol) throws IOException {
    try (TorchFile file = TorchFile.open(fixture("views-protocol" + protocol + ".pt"));
        NDManager manager = NDManager.newBaseManager()) {
      for (String name : List.of("f64", "f32", "f16", "bf16")) {
        assertThat(file.info(name).type()).hasToString(name.toUpperCase(Locale.ROOT));
        assertThat(file.readFloats(name)).as(name).containsExactly(1.5f, -2.5f);
      }
      assertThat(file.read("i64", manager).toLongArray()).containsExactly(1, -(1L << 40));
      assertThat(file.read("i32", manager).toIntArray()).containsExactly(1, -(1 << 30));
      assertThat(file.read("i16", manager).toIntArray()).containsExactly(1, -(1 << 14));
      assertThat(file.read("i8", manager).toByteArray()).containsExactly(1, -128);
      assertThat(file.read("u8", manager).toUint8Array()).containsExactly(1, 255);
      assertThat(file.read("bool", manager).toBooleanArray()).containsExactly(true, false);
      assertThat(file.contains("complex")).isFalse();
      assertThat(file.readFloats("scalar")).containsExactly(3.5f);
      assertThat(file.info("scalar").shape()).isEqualTo(new Shape());
      assertThat(file.read("empty", manager).getShape()).isEqualTo(new Shape(0, 3));
      assertThat(file.readFloats("transposed")).containsExactly(0, 3, 1, 4, 2, 5);
      assertThat(file.read("transposed", manager).getShape()).isEqualTo(new Shape(3, 2));
      assertThat(file.readFloats("sliced")).containsExactly(2, 4, 6);
      assertThat(file.readFloats("shared")).containsExactly(3, 4, 5);
      assertThat(file.readFloats("expanded")).containsExactly(7, 7, 7, 7, 7, 7);
      assertThat(file.readFloats("permuted")).startsWith(0, 4, 8, 12, 16, 20, 1).endsWith(23);
      assertThat(file.readFloats("ema.weight")).containsExactly(1, 1, 1, 1);
      assertThat(file.readFloats("model.bias")).hasSize(1);
      assertThat(file.readFloats("opt.state.0.exp_avg")).containsExactly(0.1f, 0.1f);
      assertThat(file.path().getFileName()).hasToString("views-protocol" + protocol + ".pt");
    }
  }

  @Test
  void plainValuesAreMetadataAndTheRestIsInert() throws IOException {
    try (TorchFile file = TorchFile.open(fixture("views-protocol2.pt"))) {
      assertThat(file.metadata())
          .containsEntry("args.tau", "0.1")
          .containsEntry("args.steps", "20")
          .containsEntry("args.name", "tiny")
          .containsEntry("epoch", "3")
          .containsEntry("big", BigInteger.TWO.pow(70).toString())
          .containsEntry("negative", Long.toString(-(1L << 40)))
          .containsEntry("done", "true")
          .containsEntry("history.1", "0.5")
          .containsEntry("opt.param_groups.0.lr", "0.01")
          .doesNotContainKey("none");
      Map<?, ?> root = (Map<?, ?>) file.root();
      assertThat(root.get("size")).isEqualTo(List.of(2L, 3L));
      assertThat(root.get("kinds")).isInstanceOf(InertObject.class);
      assertThat(root.get("device")).hasToString("InertObject[torch.device]");
      assertThat(((InertObject) root.get("device")).arguments()).containsExactly("cpu");
      assertThat(root.containsValue("key")).isTrue();
    }
  }

  @Test
  void aTensorSavedAloneHasAName() throws IOException {
    try (TorchFile file = TorchFile.open(fixture("lone-tensor.pt"))) {
      assertThat(file.names()).containsExactly("tensor");
      assertThat(file.readFloats("tensor")).containsExactly(1, 2);
    }
  }

  @Test
  void otherFormatsAreRefusedWithTheWayOut() {
    assertThatThrownBy(() -> TorchFile.open(fixture("torchscript.pt")))
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageContaining("is a TorchScript program; save its state_dict()");
  }

  @Test
  void compressedArchivesAreReadToo() throws IOException {
    byte[] pickle = TorchArchives.tensorPickle(3, 1, "K\u0002\u0085", "K\u0001\u0085");
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    TensorEncoder.write(new float[] {1, 2, 3}, TensorType.F32, data);
    ByteBuffer packed = ByteBuffer.wrap(TorchArchives.deflated(pickle, data.toByteArray()));
    try (TorchFile file = TorchFile.of("packed", packed)) {
      assertThat(file.readFloats("tensor")).containsExactly(2, 3);
    }
  }

  /** Rewrites the table of contents the way it is written for files beyond 4 GB. */
  @Test
  void sizesOf64BitsAreRead() throws IOException {
    byte[] pickle = TorchArchives.tensorPickle(1, 0, ")", ")");
    ByteBuffer narrow = TorchArchives.stored(pickle, new byte[] {0, 0, (byte) 0x80, 0x3f});
    narrow.order(ByteOrder.LITTLE_ENDIAN);
    int table = narrow.getInt(narrow.limit() - 6);
    ByteBuffer wide = ByteBuffer.allocate(narrow.limit() + 1000).order(ByteOrder.LITTLE_ENDIAN);
    wide.put(narrow.slice(0, table));
    int entries = 0;
    for (int at = table; narrow.getInt(at) == 0x02014b50; entries++) {
      int nameBytes = narrow.getShort(at + 28);
      int start = wide.position();
      wide.put(narrow.slice(at, 46 + nameBytes));
      wide.putInt(start + 20, -1).putInt(start + 24, -1).putInt(start + 42, -1);
      wide.putShort(start + 30, (short) 33);
      wide.putShort((short) 7).putShort((short) 1).put((byte) 0);
      wide.putShort((short) 1).putShort((short) 24).putLong(narrow.getInt(at + 24));
      wide.putLong(narrow.getInt(at + 20)).putLong(narrow.getInt(at + 42));
      at += 46 + nameBytes + narrow.getShort(at + 30);
    }
    int end = wide.position();
    wide.putInt(0x06064b50).putLong(44).putInt(0).putLong(0).putLong(entries).putLong(entries);
    wide.putLong(end - table).putLong(table);
    wide.putInt(0x07064b50).putInt(0).putLong(end).putInt(1);
    wide.putInt(0x06054b50).putInt(0).putInt(-1).putInt(-1).putInt(-1).putShort((short) 0).flip();
    try (TorchFile file = TorchFile.of("wide", wide)) {
      assertThat(file.readFloats("tensor")).containsExactly(1);
    }
  }

  private static Path fixture(String name) {
    return Goldens.resource("/checkpoint/" + name);
  }

  private static byte[] bytes(TensorSource source, String name) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    source.copy(name, out);
    return out.toByteArray();
  }
}
