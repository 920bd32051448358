package io.harmonica.inception;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.Checkpoints;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.checkpoint.torch.TorchFileWriter;
import io.harmonica.dit.Goldens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the features that the public PyTorch port computes with the same weights. */
final class InceptionV3Test {
  private static final Map<String, String> STAGES =
      Map.of("Conv2d_1", "64", "Conv2d_2", "192", "Mixed_6e", "768");

  @TempDir private static Path folder;
  private static NDManager weights;
  private static InceptionV3 inception;
  private static SafetensorsFile expected;

  private NDManager manager;

  @BeforeAll
  static void open() throws IOException {
    weights = NDManager.newBaseManager("PyTorch");
    Path file = FormulaInception.write(folder.resolve("inception.safetensors"));
    inception = InceptionV3.open(file, weights);
    expected = SafetensorsFile.open(Goldens.folder("inception").resolve("expected.safetensors"));
  }

  @AfterAll
  static void close() throws IOException {
    inception.close();
    weights.close();
    expected.close();
  }

  @BeforeEach
  void openManager() {
    manager = NDManager.newBaseManager("PyTorch");
  }

  @AfterEach
  void closeManager() {
    manager.close();
  }

  @ParameterizedTest
  @CsvSource({"0,256,256", "1,64,48", "2,512,512"})
  void computesAsThePublicPort(int j, int height, int width) throws IOException {
    String image = "image" + j + "_";
    NDArray pixels = FormulaInception.image(manager, j, height, width);
    try (InceptionFeatures features = inception.features(pixels)) {
      Goldens.assertClose(features.pooled(), expected, image + "2048");
      Goldens.assertClose(features.spatial(), expected, image + "spatial");
      Goldens.assertClose(features.logits(), expected, image + "logits_unbiased");
      Goldens.assertClose(features.biasedLogits(), expected, image + "logits");
    }
  }

  @ParameterizedTest
  @CsvSource({"0,256,256", "1,64,48", "2,512,512"})
  void resizesAndComesByTheSameStages(int j, int height, int width) throws IOException {
    String image = "image" + j + "_";
    NDArray resized = inception.network().resize(FormulaInception.image(manager, j, height, width));
    Goldens.assertClose(
        resized.get(":, :, :16, :16").squeeze(0), expected, image + "resized_corner");
    Goldens.assertClose(resized.get(":, :, -8:, -8:").squeeze(0), expected, image + "resized_end");
    int[] compared = {0};
    inception
        .network()
        .forward(
            resized,
            (block, out) -> {
              String stage =
                  STAGES.get(
                      Map.of("stem", "Conv2d_1", "stem2", "Conv2d_2")
                          .getOrDefault(block.method(), block.name()));
              if (stage != null) {
                assertClose(out.mean(new int[] {3}).mean(new int[] {2}), image + stage);
                compared[0]++;
              }
            });
    assertThat(compared[0]).isEqualTo(3);
  }

  private static void assertClose(NDArray actual, String name) {
    try {
      Goldens.assertClose(actual.toFloatArray(), expected.readFloats(name), name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aBatchIsItsImages() {
    NDArray both =
        NDArrays.concat(
            new NDList(
                FormulaInception.image(manager, 5, 40, 60),
                FormulaInception.image(manager, 6, 40, 60)));
    try (InceptionFeatures features = inception.features(both)) {
      for (int i = 0; i < 2; i++) {
        InceptionFeatures alone =
            inception.features(FormulaInception.image(manager, 5 + i, 40, 60));
        Goldens.assertClose(
            features.pooled().get(i).toFloatArray(), alone.pooled().toFloatArray(), "image " + i);
      }
    }
  }

  @Test
  void keepsNothingButTheFeatures() {
    NDArray pixels = FormulaInception.image(manager, 7, 32, 32);
    inception.features(pixels).close();
    int before = manager.getManagedArrays().size();
    int weightsBefore = weights.getManagedArrays().size();
    for (int i = 0; i < 3; i++) {
      inception.features(pixels).close();
    }
    assertThat(manager.getManagedArrays()).hasSize(before);
    assertThat(weights.getManagedArrays()).hasSize(weightsBefore);
  }

  @Test
  void readsPyTorchFilesAndTheirCounters() throws IOException {
    Path file = folder.resolve("inception.pth");
    TorchFileWriter writer = new TorchFileWriter();
    try (TensorSource source = Checkpoints.open(folder.resolve("inception.safetensors"))) {
      for (String name : source.names()) {
        writer.put(name, source.info(name).shape(), source.readFloats(name));
      }
      writer.put("Mixed_5b.branch1x1.bn.num_batches_tracked", new Shape(1), new float[1]);
      writer.write(file);
    }
    NDArray pixels = FormulaInception.image(manager, 1, 64, 48);
    try (InceptionV3 other = InceptionV3.open(file, manager);
        InceptionFeatures features = other.features(pixels)) {
      Goldens.assertClose(features.pooled(), expected, "image1_2048");
    }
  }

  @Test
  void namesTensorsAtFault() throws IOException {
    Path file = folder.resolve("wrong.safetensors");
    SafetensorsWriter writer = new SafetensorsWriter();
    try (TensorSource source = Checkpoints.open(folder.resolve("inception.safetensors"))) {
      for (String name : source.names()) {
        if (name.equals("fc.bias")) {
          writer.put(name, new Shape(1000), new float[1000]);
        } else if (!name.equals("Mixed_7c.branch_pool.bn.running_var")) {
          writer.put(name, source);
        }
      }
      writer.put("AuxLogits.fc.bias", new Shape(1), new float[1]);
      writer.write(file);
    }
    assertThatThrownBy(() -> InceptionV3.open(file, manager))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Mixed_7c.branch_pool.bn.running_var is missing")
        .hasMessageContaining("fc.bias is (1000), expected (1008)")
        .hasMessageContaining("AuxLogits.fc.bias is not part of such a model");
    assertThat(manager.getManagedArrays()).isEmpty();
  }

  @Test
  void refusesWhatAreNoPixels() {
    NDArray floats = manager.zeros(new Shape(1, 8, 8, 3));
    assertThatThrownBy(() -> inception.features(floats))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pixels are float32 of (1, 8, 8, 3), expected uint8 of (n, H, W, 3)");
    NDArray grey = manager.zeros(new Shape(1, 8, 8, 1), DataType.UINT8);
    assertThatThrownBy(() -> inception.features(grey)).hasMessageContaining("(1, 8, 8, 1)");
  }
}
