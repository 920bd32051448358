package io.harmonica.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.Checkpoints;
import io.harmonica.checkpoint.tensor.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CLIP against its equations in plain loops, on a tiny model with random weights. */
final class ClipModelTest {
  private static final int SIDE = 12;

  @TempDir private static Path folder;

  private static NDManager manager;

  @BeforeAll
  static void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  private static ClipConfig tiny(boolean quick) {
    return new ClipConfig(
        new ClipTower(8, 20, 3, 2, quick), new ClipTower(12, 24, 2, 3, quick), 30, 9, SIDE, 4, 10);
  }

  private static Path written(boolean quick) throws IOException {
    Path model = folder.resolve("quick-" + quick);
    if (!Files.exists(model)) {
      RandomClip.write(model, tiny(quick), 5);
    }
    return model;
  }

  private static byte[] pixels(int seed, int height, int width) {
    byte[] pixels = new byte[3 * height * width];
    new Random(seed).nextBytes(pixels);
    return pixels;
  }

  private static NDArray array(byte[] pixels, int height, int width) {
    return manager.create(
        ByteBuffer.wrap(pixels),
        new Shape(pixels.length / (3 * height * width), height, width, 3),
        DataType.UINT8);
  }

  private static void assertClose(float[] found, double... expected) {
    assertThat(found).hasSize(expected.length);
    for (int i = 0; i < found.length; i++) {
      assertThat((double) found[i]).isCloseTo(expected[i], within(2e-6));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void bothTowersFollowTheEquations(boolean quick) throws IOException {
    Path model = written(quick);
    List<int[]> texts = List.of(new int[] {1, 5, 29}, new int[] {1, 2, 7, 7, 0, 11, 28, 3, 29});
    try (TensorSource source = Checkpoints.open(model.resolve("model.safetensors"));
        ClipModel clip = ClipModel.open(model, manager)) {
      PlainClip plain = new PlainClip(tiny(quick), source);
      try (NDArray directions = clip.texts(manager, texts)) {
        for (int i = 0; i < texts.size(); i++) {
          assertClose(directions.get(i).toFloatArray(), plain.text(texts.get(i)));
        }
      }
      byte[] image = pixels(1, SIDE, SIDE);
      try (NDArray array = array(image, SIDE, SIDE);
          NDArray direction = clip.images(array)) {
        assertClose(direction.toFloatArray(), plain.image(image));
      }
    }
  }

  @Test
  void otherSizesAreResizedAndCutAsPixels() throws IOException {
    int height = 31;
    int width = 40;
    byte[] large = pixels(2, height, width);
    byte[] small = PlainResize.square(large, height, width, SIDE);
    try (ClipModel clip = ClipModel.open(written(true), manager);
        NDArray whole = array(large, height, width);
        NDArray cut = array(small, SIDE, SIDE);
        NDArray found = clip.images(whole);
        NDArray expected = clip.images(cut)) {
      // A sum that ends in a half may round either way: one step of 255 in a pixel or two.
      float cosine = found.mul(expected).sum().getFloat();
      assertThat(cosine).isGreaterThan(0.9999f);
    }
  }

  @Test
  void nothingStaysUnderTheCallersManager() throws IOException {
    try (ClipModel clip = ClipModel.open(written(true), manager);
        NDManager scope = manager.newSubManager();
        NDArray image = array(pixels(3, 20, SIDE), 20, SIDE)) {
      image.attach(scope);
      int before = scope.getManagedArrays().size();
      clip.images(image).close();
      clip.texts(scope, List.of(new int[] {1, 2})).close();
      assertThat(scope.getManagedArrays()).hasSize(before);
    }
  }

  @Test
  void refusesWhatDoesNotFit() throws IOException {
    try (ClipModel clip = ClipModel.open(written(true), manager);
        NDArray floats = manager.zeros(new Shape(1, SIDE, SIDE, 3))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> clip.images(floats))
          .withMessageContaining("expected uint8 of (n, H, W, 3)");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> clip.texts(manager, List.of(new int[10])))
          .withMessage("a text has 10 tokens, expected 1 to 9");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> clip.texts(manager, List.of(new int[] {30})))
          .withMessageContaining("the token 30, but the model knows 30");
    }
    Path other = folder.resolve("other");
    RandomClip.write(other, tiny(true), 1);
    String json = Files.readString(other.resolve("config.json"));
    Files.writeString(other.resolve("config.json"), json.replace("quick_gelu", "relu"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClipModel.open(other, manager))
        .withMessageContaining("hidden_act is \"relu\", expected quick_gelu or gelu");
    Files.writeString(
        other.resolve("config.json"),
        json.replace("\"projection_dim\":10", "\"projection_dim\":11"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClipModel.open(other, manager))
        .withMessageContaining("visual_projection.weight is (10, 12), expected (11, 12)");
  }

  @Test
  void aConfigurationWithoutMembersIsTheUsualOne() {
    ClipConfig usual = ClipConfig.fromJson("{\"text_config\": {}, \"vision_config\": {}}");
    assertThat(usual.text()).isEqualTo(new ClipTower(512, 2048, 12, 8, true));
    assertThat(usual.imageTokens()).isEqualTo(50);
    assertThat(ClipConfig.fromJson(usual.toJson())).isEqualTo(usual);
  }
}
