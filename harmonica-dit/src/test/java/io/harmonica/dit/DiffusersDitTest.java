package io.harmonica.dit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.harmonica.cache.CacheHook;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.model.RenamedTensors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A tiny DiT that diffusers made, against the output that diffusers computed. */
final class DiffusersDitTest {
  private static final Path FOLDER = Goldens.folder("pixart-tiny/dit_transformer");
  private static final String TABLE =
      "transformer_blocks.2.norm1.emb.class_embedder.embedding_table.weight";

  private final NDManager manager = NDManager.newBaseManager("PyTorch");
  private final Map<String, List<String>> names = new LinkedHashMap<>();
  private DitConfig config;
  private TensorSource file;

  @BeforeEach
  void open() throws IOException {
    config = DiffusersDit.config(Files.readString(FOLDER.resolve("config.json")));
    file = SafetensorsFile.open(FOLDER.resolve("diffusion_pytorch_model.safetensors"));
    file.names().forEach(name -> names.put(name, List.of(name)));
  }

  @AfterEach
  void close() throws IOException {
    file.close();
    manager.close();
  }

  private TensorSource changed() {
    return RenamedTensors.of(file, names);
  }

  @Test
  void readsTheConfiguration() {
    assertThat(config).isEqualTo(new DitConfig(8, 2, 4, 64, 3, 4, 4, 10, 0.1, true, 1));
    assertThat(DitConfig.fromJson(config.toJson())).isEqualTo(config);
    assertThat(DiffusersDit.isNamedSo(file)).isTrue();
  }

  @Test
  void forwardIsThatOfDiffusers() throws IOException {
    Path expectations = Goldens.folder("pixart-tiny").resolve("expected.safetensors");
    Map<String, NDArray> weights =
        DitWeights.load(manager, config, DiffusersDit.asDit(file, config));
    try (SafetensorsFile expected = SafetensorsFile.open(expectations);
        DitModel model = new DitModel(manager, config, weights)) {
      NDArray noise = expected.read("noise", manager);
      NDArray labels = expected.read("dit_labels", manager).toType(DataType.INT64, false);
      NDArray output = model.predict(noise, 500, new NDList(labels), CacheHook.COMPUTE);
      Goldens.assertClose(output, expected, "dit_forward_t500");
    }
  }

  @Test
  void joinsQueryKeyAndValue() throws IOException {
    String name = "blocks.1.attn.qkv.weight";
    TensorSource dit = DiffusersDit.asDit(file, config);
    float[] joined = dit.readFloats(name);
    assertThat(joined).hasSize(3 * 64 * 64);
    float[] key = file.readFloats("transformer_blocks.1.attn1.to_k.weight");
    assertThat(Arrays.copyOfRange(joined, 64 * 64, 2 * 64 * 64)).isEqualTo(key);
    assertThat(dit.read(name, manager).toFloatArray()).isEqualTo(joined);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    dit.copy(name, bytes);
    float[] copied = new float[joined.length];
    ByteBuffer buffer = ByteBuffer.wrap(bytes.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().get(copied);
    assertThat(copied).isEqualTo(joined);
  }

  @Test
  void refusesEmbeddersThatDiffer() {
    names.put(TABLE, List.of("transformer_blocks.0.norm1.linear.weight"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DiffusersDit.asDit(changed(), config))
        .withMessageContaining(TABLE + " differs from block 0's");
  }

  @Test
  void namesMissingAndSuperfluousTensors() {
    DitConfig shallower = new DitConfig(8, 2, 4, 64, 2, 4, 4, 10, 0.1, true, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DitWeights.load(manager, shallower, DiffusersDit.asDit(file, shallower)))
        .withMessageContaining("transformer_blocks.2.attn1.to_k.bias is not part of such a model");
    names.remove("transformer_blocks.1.attn1.to_k.bias");
    names.remove("proj_out_2.weight");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DiffusersDit.asDit(changed(), config))
        .withMessageContaining("transformer_blocks.1.attn1.to_k.bias, proj_out_2.weight");
  }

  @Test
  void refusesOtherModels() {
    refuses("{\"_class_name\": \"PixArtTransformer2DModel\"}", "PixArtTransformer2DModel");
    refuses(
        "{\"_class_name\": \"Transformer2DModel\", \"norm_type\": \"ada_norm_single\"}",
        "norm_type = ada_norm_single, expected ada_norm_zero");
    refuses("{\"_class_name\": \"Transformer2DModel\"}", "norm_type missing");
    refuses(
        "{\"_class_name\": \"DiTTransformer2DModel\", \"sample_size\": 32, \"out_channels\": 5}",
        "out_channels is 5");
    refuses(
        "{\"_class_name\": \"DiTTransformer2DModel\", \"sample_size\": 32,"
            + " \"num_attention_heads\": 65536, \"attention_head_dim\": 65536}",
        "num_attention_heads x attention_head_dim is 4294967296");
  }

  private static void refuses(String json, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DiffusersDit.config(json))
        .withMessageContaining(message);
  }
}
