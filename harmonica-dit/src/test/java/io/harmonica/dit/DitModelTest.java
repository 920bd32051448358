package io.harmonica.dit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cache.CacheHook;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.diffusion.Noise;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models of shapes that no public checkpoint has, and weights that do not fit. */
final class DitModelTest {
  private static final DitConfig TINY = new DitConfig(8, 2, 4, 32, 2, 2, 4, 10, 0.1, true);

  @TempDir Path folder;

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager("PyTorch");
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /** First weights, except that nothing starts silent. */
  private Map<String, NDArray> weights(DitConfig config) {
    Map<String, NDArray> weights = DitWeights.initialise(manager, config, 1);
    Random random = new Random(2);
    weights.replaceAll(
        (name, first) ->
            name.contains("adaLN_modulation") || name.startsWith("final_layer")
                ? Noise.normal(manager, random, first.getShape()).mul(0.3f)
                : first);
    return weights;
  }

  private float[] predict(DitModel model, NDArray x, int... labels) {
    return model
        .predict(x, 500, model.condition(manager, labels).conditional(), CacheHook.COMPUTE)
        .toFloatArray();
  }

  @ParameterizedTest
  @CsvSource({
    "6, 2, 1, false, 1",
    "6, 3, 3, true, 6",
    "5, 5, 2, false, 2",
    "7, 1, 1, true, 2",
    "8, 2, 4, true, 8"
  })
  void everySizeOfImageWorks(int size, int patch, int channels, boolean sigma, int outputs) {
    DitConfig config = new DitConfig(size, patch, channels, 32, 2, 2, 4, 10, 0.1, sigma);
    assertThat(config.outChannels()).isEqualTo(outputs);
    NDArray x = Noise.normal(manager, new Random(3), new Shape(3, channels, size, size));
    try (DitModel model = new DitModel(manager, config, weights(config))) {
      NDArray output =
          model.predict(x, 500, model.condition(manager, 0, 9, 9).conditional(), CacheHook.COMPUTE);
      assertThat(output.getShape()).isEqualTo(new Shape(3, outputs, size, size));
      assertThat(output.isNaN().any().getBoolean()).isFalse();
      assertThat(output.abs().min().getFloat()).isPositive();
    }
  }

  @Test
  void samplesOfABatchDoNotSeeEachOther() {
    NDArray x = Noise.normal(manager, new Random(3), new Shape(2, 4, 8, 8));
    try (DitModel model = new DitModel(manager, TINY, weights(TINY))) {
      float[] both = predict(model, x, 2, 5);
      float[] second = predict(model, x.get("1:"), 5);
      for (int i = 0; i < second.length; i++) {
        assertThat(both[second.length + i]).isCloseTo(second[i], offset());
      }
    }
  }

  private static Offset<Float> offset() {
    return Offset.offset(1e-4f);
  }

  @Test
  void labelTimeAndImageMatter() {
    NDArray x = Noise.normal(manager, new Random(3), new Shape(1, 4, 8, 8));
    try (DitModel model = new DitModel(manager, TINY, weights(TINY))) {
      float[] output = predict(model, x, 2);
      assertThat(predict(model, x, 2)).isEqualTo(output);
      assertThat(predict(model, x, 3)).isNotEqualTo(output);
      assertThat(predict(model, x.mul(2), 2)).isNotEqualTo(output);
      var label = model.condition(manager, 2).conditional();
      assertThat(model.predict(x, 501, label, CacheHook.COMPUTE).toFloatArray())
          .isNotEqualTo(output);
    }
  }

  @Test
  void untrainedModelIsSilent() {
    NDArray x = Noise.normal(manager, new Random(3), new Shape(1, 4, 8, 8));
    try (DitModel model = new DitModel(manager, TINY, DitWeights.initialise(manager, TINY, 1))) {
      assertThat(predict(model, x, 2)).containsOnly(0);
    }
  }

  @Test
  void hookIsAskedOnceForEveryBranchInOrder() {
    NDArray x = Noise.normal(manager, new Random(3), new Shape(1, 4, 8, 8));
    List<Integer> asked = new ArrayList<>();
    CacheHook hook =
        (branch, compute) -> {
          asked.add(branch);
          return compute.get();
        };
    try (DitModel model = new DitModel(manager, TINY, weights(TINY))) {
      model.predict(x, 500, model.condition(manager, 2).conditional(), hook);
      assertThat(model.layout().branches()).isEqualTo(4);
    }
    assertThat(asked).containsExactly(0, 1, 2, 3);
  }

  @Test
  void memoryIsTheResultAlone() {
    try (DitModel model = new DitModel(manager, TINY, weights(TINY));
        NDManager scope = manager.newSubManager()) {
      NDArray x = Noise.normal(scope, new Random(3), new Shape(1, 4, 8, 8));
      var label = model.condition(scope, 2).conditional();
      model.predict(x, 500, label, CacheHook.COMPUTE);
      int once = scope.getManagedArrays().size();
      model.predict(x, 500, label, CacheHook.COMPUTE);
      // The output, and the times that predict made for the batch.
      assertThat(scope.getManagedArrays().size() - once).isLessThanOrEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 10, 1000, Integer.MIN_VALUE})
  void labelsOutOfRangeAreRefused(int label) {
    try (DitModel model = new DitModel(manager, TINY, weights(TINY))) {
      assertThatThrownBy(() -> model.condition(manager, 0, label))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("label " + label)
          .hasMessageContaining("0 to 9");
    }
  }

  @Test
  void nullLabelIsTheOneAfterTheLast() {
    try (DitModel model = new DitModel(manager, TINY, weights(TINY))) {
      var conditioning = model.condition(manager, 9, 0);
      assertThat(conditioning.conditional().singletonOrThrow().toLongArray()).containsExactly(9, 0);
      assertThat(conditioning.unconditional().singletonOrThrow().toLongArray())
          .containsExactly(10, 10);
    }
  }

  @Test
  void weightsComeBackFromAFile() throws IOException {
    Map<String, NDArray> weights = weights(TINY);
    Path file = write(weights);
    try (SafetensorsFile source = SafetensorsFile.open(file)) {
      Map<String, NDArray> read = DitWeights.load(manager, TINY, source);
      assertThat(read.keySet()).containsExactlyInAnyOrderElementsOf(weights.keySet());
      read.forEach(
          (name, array) ->
              assertThat(array.toFloatArray()).isEqualTo(weights.get(name).toFloatArray()));
    }
  }

  @Test
  void doublesBecomeFloats() throws IOException {
    Map<String, NDArray> weights = weights(TINY);
    weights.replaceAll((name, array) -> array.toType(DataType.FLOAT64, true));
    try (SafetensorsFile source = SafetensorsFile.open(write(weights))) {
      assertThat(DitWeights.load(manager, TINY, source).values())
          .allMatch(array -> array.getDataType() == DataType.FLOAT32);
    }
  }

  private Path write(Map<String, NDArray> weights) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    weights.forEach(writer::put);
    Path file = folder.resolve("weights.safetensors");
    writer.write(file);
    return file;
  }

  @Test
  void missingPositionsAreComputed() throws IOException {
    Map<String, NDArray> weights = weights(TINY);
    float[] positions = weights.remove("pos_embed").toFloatArray();
    try (SafetensorsFile source = SafetensorsFile.open(write(weights))) {
      assertThat(DitWeights.load(manager, TINY, source).get("pos_embed").toFloatArray())
          .isEqualTo(positions);
    }
  }

  @Test
  void allThatDoesNotFitIsReportedAtOnce() throws IOException {
    Map<String, NDArray> weights = weights(TINY);
    weights.remove("blocks.1.mlp.fc2.bias");
    weights.put("x_embedder.proj.weight", manager.zeros(new Shape(32, 3, 2, 2)));
    weights.put("blocks.2.attn.qkv.bias", manager.zeros(new Shape(96)));
    Path file = write(weights);
    try (SafetensorsFile source = SafetensorsFile.open(file)) {
      Throwable refusal = catchThrowable(() -> DitWeights.load(manager, TINY, source));
      assertThat(refusal)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("blocks.1.mlp.fc2.bias is missing")
          .hasMessageContaining("x_embedder.proj.weight is (32, 3, 2, 2), expected (32, 4, 2, 2)")
          .hasMessageContaining("blocks.2.attn.qkv.bias is not part");
      assertThat(refusal.getMessage().lines()).hasSize(1);
    }
  }

  @Test
  void manyProblemsAreCounted() throws IOException {
    Path file = write(weights(TINY));
    DitConfig deeper = new DitConfig(8, 2, 4, 32, 4, 2, 4, 10, 0.1, true);
    try (SafetensorsFile source = SafetensorsFile.open(file)) {
      // Two blocks of ten tensors are missing, and eight are named.
      assertThatThrownBy(() -> DitWeights.load(manager, deeper, source))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("blocks.2.attn.qkv.weight is missing")
          .hasMessageEndingWith("and 12 more");
    }
  }

  @Test
  void firstWeightsFollowTheSeed() {
    String name = "blocks.0.attn.qkv.weight";
    float[] first = DitWeights.initialise(manager, TINY, 1).get(name).toFloatArray();
    assertThat(DitWeights.initialise(manager, TINY, 1).get(name).toFloatArray()).isEqualTo(first);
    assertThat(DitWeights.initialise(manager, TINY, 2).get(name).toFloatArray())
        .isNotEqualTo(first);
  }
}
