package io.harmonica.vae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.dit.Goldens;
import io.harmonica.model.RenamedTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which tensors of a checkpoint become a decoder. */
final class VaeWeightsTest {
  private static final String ATTENTION = "decoder.mid_block.attentions.0.";

  @TempDir Path folder;

  private final NDManager manager = NDManager.newBaseManager("PyTorch");
  private final Map<String, List<String>> names = new LinkedHashMap<>();
  private VaeConfig config;
  private TensorSource file;

  @BeforeEach
  void open() throws IOException {
    Path folder = Goldens.folder("pixart-tiny/vae");
    config = VaeConfig.fromJson(Files.readString(folder.resolve("config.json")));
    file = SafetensorsFile.open(folder.resolve("diffusion_pytorch_model.safetensors"));
    file.names().forEach(name -> names.put(name, List.of(name)));
  }

  @AfterEach
  void close() throws IOException {
    file.close();
    manager.close();
  }

  private Map<String, NDArray> load() throws IOException {
    return VaeWeights.load(manager, config, RenamedTensors.of(file, names));
  }

  private void rename(String from, String to) {
    names.put(to, names.remove(from));
  }

  @Test
  void leavesTheEncoderAlone() throws IOException {
    Map<String, NDArray> weights = load();
    assertThat(weights).hasSize(70);
    assertThat(weights.keySet()).noneMatch(name -> name.startsWith("encoder"));
    assertThat(manager.getManagedArrays()).hasSize(weights.size());
  }

  @Test
  void knowsTheOldNames() throws IOException {
    Map<String, String> old =
        Map.of("to_q", "query", "to_k", "key", "to_v", "value", "to_out.0", "proj_attn");
    old.forEach(
        (now, then) -> {
          rename(ATTENTION + now + ".weight", ATTENTION + then + ".weight");
          rename(ATTENTION + now + ".bias", ATTENTION + then + ".bias");
        });
    Map<String, NDArray> weights = load();
    assertThat(weights).hasSize(70).containsKey(ATTENTION + "to_out.0.bias");
    assertThat(weights.get(ATTENTION + "to_k.weight").toFloatArray())
        .isEqualTo(file.readFloats(ATTENTION + "to_k.weight"));
  }

  @Test
  void doublesBecomeFloatsAndIntegersAreRefused() throws IOException {
    String integer = "decoder.conv_in.bias";
    SafetensorsWriter writer = new SafetensorsWriter();
    for (String name : file.names()) {
      NDArray array = file.read(name, manager);
      writer.put(name, array.toType(DataType.FLOAT64, true));
    }
    Path doubles = folder.resolve("doubles.safetensors");
    writer.write(doubles);
    try (TensorSource source = SafetensorsFile.open(doubles)) {
      Map<String, NDArray> weights = VaeWeights.load(manager, config, source);
      assertThat(weights.values())
          .allMatch(array -> array.getDataType() == DataType.FLOAT32)
          .hasSize(70);
      assertThat(weights.get(integer).toFloatArray()).isEqualTo(file.readFloats(integer));
    }
    Path integers = folder.resolve("integers.safetensors");
    new SafetensorsWriter().put(integer, new Shape(32), new long[32]).write(integers);
    try (TensorSource source = SafetensorsFile.open(integers)) {
      assertThatThrownBy(() -> VaeWeights.load(manager, config, source))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(integer + " holds I64, no floating-point numbers");
    }
  }

  @Test
  void bothNamesOfOneTensorAreOneTooMany() {
    names.put(ATTENTION + "query.bias", List.of(ATTENTION + "to_q.bias"));
    assertThatThrownBy(this::load)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(ATTENTION + "query.bias is not part of such a model");
  }

  @Test
  void namesTheTensorsAtFault() {
    names.remove("decoder.conv_in.bias");
    names.remove("post_quant_conv.weight");
    names.put("decoder.conv_out.weight", List.of("decoder.conv_in.weight"));
    names.put("decoder.up_blocks.2.resnets.0.norm1.weight", List.of("decoder.conv_in.weight"));
    assertThatThrownBy(this::load)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("decoder.conv_in.bias is missing")
        .hasMessageContaining("post_quant_conv.weight is missing")
        .hasMessageContaining("decoder.conv_out.weight is (32, 4, 3, 3), expected (3, 16, 3, 3)")
        .hasMessageContaining("up_blocks.2.resnets.0.norm1.weight is not part of such a model");
    assertThat(manager.getManagedArrays()).isEmpty();
  }
}
