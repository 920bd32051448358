package io.harmonica.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cache.CacheHook;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Guidance by hand: at x = 0 the toy's output is its condition, in every channel. */
final class GuidedDenoiserTest {
  private final ToyDenoiser toy = new ToyDenoiser();
  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private Conditioning conditioning() {
    return new Conditioning(
        new NDList(manager.create(new float[] {1, 2})),
        new NDList(manager.create(new float[] {10, 20})));
  }

  private float[][] predict(Guidance guidance, int rows) {
    try (GuidedDenoiser guided = new GuidedDenoiser(manager, toy, conditioning(), guidance)) {
      NDArray x = manager.zeros(new Shape(rows, 3, 1, 1));
      NDArray output = guided.predict(x, 500, CacheHook.COMPUTE);
      long n = output.getShape().get(0);
      float[][] values = new float[(int) n][];
      for (int row = 0; row < n; row++) {
        values[row] = output.get(row).toFloatArray();
      }
      return values;
    }
  }

  @Test
  void leadingChannelsAreGuidedAndTheOthersTheModelsOwn() {
    // 10 + 3 (1 - 10) = -17 and 20 + 3 (2 - 20) = -34.
    float[][] expected = {{-17, -17, 1}, {-34, -34, 2}, {-17, -17, 10}, {-34, -34, 20}};
    assertThat(predict(new Guidance(3, 2), 2)).isDeepEqualTo(expected);
    assertThat(toy.rows).containsExactly(4L);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 100})
  void allChannelsAreGuidedIfAskedFor(int channels) {
    float[][] expected = {{-17, -17, -17}, {-34, -34, -34}, {-17, -17, -17}, {-34, -34, -34}};
    assertThat(predict(new Guidance(3, channels), 2)).isDeepEqualTo(expected);
  }

  @Test
  void noChannelIsGuided() {
    float[][] expected = {{1, 1, 1}, {2, 2, 2}, {10, 10, 10}, {20, 20, 20}};
    assertThat(predict(new Guidance(3, 0), 2)).isDeepEqualTo(expected);
  }

  @Test
  void scaleOneRunsTheConditionalRowsOnly() {
    assertThat(predict(new Guidance(1, 3), 2)).isDeepEqualTo(new float[][] {{1, 1, 1}, {2, 2, 2}});
    assertThat(predict(Guidance.NONE, 2)).isDeepEqualTo(new float[][] {{1, 1, 1}, {2, 2, 2}});
    assertThat(toy.rows).containsExactly(2L, 2L);
  }

  @Test
  void conditionalRowsOfALargerSampleCount() {
    assertThat(predict(new Guidance(3, 2), 4)).isDeepEqualTo(predict(new Guidance(3, 2), 2));
  }

  @Test
  void bothHalvesSeeTheSameNoise() {
    NDArray x = manager.create(new float[] {1, 2}, new Shape(2, 1, 1, 1));
    Conditioning none =
        new Conditioning(
            new NDList(manager.zeros(new Shape(2))), new NDList(manager.zeros(new Shape(2))));
    Guidance guidance = new Guidance(2, 0);
    try (GuidedDenoiser guided = new GuidedDenoiser(manager, toy, none, guidance)) {
      float[] output = guided.predict(x, 0, CacheHook.COMPUTE).toFloatArray();
      assertThat(output[2]).isEqualTo(output[0]);
      assertThat(output[3]).isEqualTo(output[1]);
      assertThat(output[0]).isNotEqualTo(output[1]);
      assertThat(guided.everyRow(x).toFloatArray()).containsExactly(1, 2, 1, 2);
    }
  }

  @Test
  void conditioningIsCopiedAndFreed() {
    Conditioning conditioning = conditioning();
    GuidedDenoiser guided = new GuidedDenoiser(manager, toy, conditioning, new Guidance(3, 2));
    conditioning.conditional().close();
    conditioning.unconditional().close();
    NDArray x = manager.zeros(new Shape(2, 3, 1, 1));
    assertThat(guided.predict(x, 0, CacheHook.COMPUTE).getShape()).isEqualTo(new Shape(4, 3, 1, 1));
    x.close();
    manager.getManagedArrays().stream()
        .filter(array -> array.getManager() == manager)
        .forEach(NDArray::close);
    assertThat(manager.getManagedArrays()).hasSize(1);
    guided.close();
    assertThat(manager.getManagedArrays()).isEmpty();
  }

  @Test
  void guidanceNeedsAnUnconditionalHalf() {
    Conditioning half =
        new Conditioning(new NDList(manager.create(new float[] {1, 2})), new NDList());
    assertThatThrownBy(() -> new GuidedDenoiser(manager, toy, half, new Guidance(3, 2)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void wrongScalesAreRefused(double scale) {
    assertThatThrownBy(() -> new Guidance(scale, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Double.toString(scale));
  }

  @Test
  void negativeChannelsAreRefused() {
    assertThatThrownBy(() -> new Guidance(2, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
  }

  @Test
  void scalesAreWrittenInTheModelsConvention() {
    Guidance guidance = Guidance.Convention.FROM_CONDITIONAL.of(0.4, 4);
    assertThat(guidance.scale()).isEqualTo(1.4);
    assertThat(guidance.written()).isEqualTo(0.4);
    assertThat(guidance.text()).isEqualTo("0.4 in cond + s (cond - uncond)");
    assertThat(Guidance.Convention.FROM_CONDITIONAL.of(0, 4).active()).isFalse();
    assertThat(Guidance.Convention.FROM_UNCONDITIONAL.of(1.5, 3)).isEqualTo(new Guidance(1.5, 3));
    assertThat(new Guidance(1.5, 3).text()).isEqualTo("1.5");
    assertThatThrownBy(() -> Guidance.Convention.FROM_CONDITIONAL.of(-0.1, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "guidance scale is -0.1, expected a number of at least 0 (0 for none, in the model's"
                + " convention cond + s (cond - uncond))");
  }
}
