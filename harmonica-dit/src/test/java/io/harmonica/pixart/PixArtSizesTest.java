package io.harmonica.pixart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cache.CacheHook;
import io.harmonica.diffusion.Noise;
import io.harmonica.kernel.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PixArt at sizes that the reference data does not have. */
final class PixArtSizesTest {
  private static NDArray noise(NDManager manager, int count, int height, int width) {
    return Noise.normal(manager, new Random(3), new Shape(count, 4, height, width));
  }

  @ParameterizedTest
  @CsvSource({"8, 8", "4, 12", "12, 4", "2, 2", "6, 16"})
  void everySizeOfImageWorks(int height, int width) throws IOException {
    for (String name : List.of("pixart-tiny", "pixart-micro")) {
      try (TinyPixArt tiny = new TinyPixArt(name);
          PixArtModel model = sized(tiny, height, width)) {
        NDList asked =
            model.condition(tiny.manager, tiny.captions(), tiny.negative()).conditional();
        NDArray x = noise(tiny.manager, 2, height, width);
        NDArray output = model.predict(x, 500, asked, CacheHook.COMPUTE);
        assertThat(output.getShape()).isEqualTo(new Shape(2, 8, height, width));
        assertThat(output.isNaN().any().getBoolean()).isFalse();
        assertThat(output.abs().min().getFloat()).isPositive();
      }
    }
  }

  /** The reference model's weights for samples of another size. */
  private static PixArtModel sized(TinyPixArt tiny, int height, int width) throws IOException {
    LoadedPixArt loaded = PixArtCheckpoint.open(tiny.folder, Precision.FLOAT32, tiny.manager);
    PixArtInput input = new PixArtInput(height, width, 2, 12);
    return new PixArtModel(tiny.manager, loaded.config(), input, loaded.weights());
  }

  @Test
  void gridsOfAllSizesAreSpreadOverTheTrainedOne() {
    PixArtConfig config = new PixArtConfig(8, 2, 4, 8, 1, 8, 1, 32, 0.5, false);
    // 2 x 6 tokens over 4 x 4 places, of which a scale of 0.5 makes 8 x 8.
    float[] values = PixArtModel.positions(config, new PixArtInput(4, 12, 2, 12));
    assertThat(values).hasSize(2 * 6 * 8);
    double row = 1 * 8.0 / 2;
    double column = 5 * 8.0 / 6;
    float[] last = Arrays.copyOfRange(values, values.length - 8, values.length);
    float[] expected = {
      (float) Math.sin(column),
      (float) Math.sin(column / 100),
      (float) Math.cos(column),
      (float) Math.cos(column / 100),
      (float) Math.sin(row),
      (float) Math.sin(row / 100),
      (float) Math.cos(row),
      (float) Math.cos(row / 100)
    };
    assertThat(last).containsExactly(expected, Offset.offset(1e-6f));
  }

  @Test
  void sizesThatAreNoWholePatchesAreRefused() throws IOException {
    try (TinyPixArt tiny = new TinyPixArt("pixart-tiny")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> sized(tiny, 8, 7))
          .withMessageContaining("width is 7, expected a multiple of the patch size 2");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new PixArtInput(0, 8, 8, 120))
          .withMessageContaining("height is 0");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new PixArtInput(8, 8, 8, 1 << 20))
          .withMessageContaining("caption tokens is 1048576");
    }
  }

  @ParameterizedTest
  @CsvSource({"8, 8", "4, 12", "2, 2"})
  void featureSizeIsThatOfEveryBranch(int height, int width) throws IOException {
    try (TinyPixArt tiny = new TinyPixArt("pixart-tiny");
        PixArtModel model = sized(tiny, height, width)) {
      NDList asked = model.condition(tiny.manager, tiny.captions(), tiny.negative()).conditional();
      List<Long> sizes = new ArrayList<>();
      CacheHook hook =
          (branch, compute) -> {
            NDArray output = compute.get();
            sizes.add(output.size() / output.getShape().get(0));
            return output;
          };
      model.predict(noise(tiny.manager, 2, height, width), 500, asked, hook);
      assertThat(sizes).hasSize(model.layout().branches()).containsOnly(model.featureSize());
    }
  }
}
