package io.harmonica.uvit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cache.CacheHook;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.diffusion.Noise;
import io.harmonica.dit.Goldens;
import io.harmonica.kernel.Precision;
import io.harmonica.plan.ComputeCost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UvitModelTest {
  @TempDir Path folder;

  private static UvitConfig tiny(boolean bias, boolean time, boolean conv) {
    return new UvitConfig(6, 2, 3, 8, 4, 2, 2, bias, time, 5, conv, false);
  }

  @ParameterizedTest
  @CsvSource({"false, false, false", "true, false, true", "false, true, true", "true, true, false"})
  void isWhatPlainLoopsCompute(boolean bias, boolean time, boolean conv) throws IOException {
    UvitConfig config = tiny(bias, time, conv);
    Path file = folder.resolve("uvit.safetensors");
    RandomUvit.writeSafetensors(file, config, 4);
    try (NDManager manager = NDManager.newBaseManager();
        SafetensorsFile weights = SafetensorsFile.open(file)) {
      LoadedUvit loaded = UvitCheckpoint.open(file, Optional.empty(), Precision.FLOAT32, manager);
      assertThat(loaded.config()).isEqualTo(config);
      NDArray x = Noise.normal(manager, new Random(1), new Shape(1, 3, 6, 6));
      try (UvitModel model = new UvitModel(manager, config, loaded.weights())) {
        NDArray output =
            model.predict(x, 7.5, model.condition(manager, 3).conditional(), CacheHook.COMPUTE);
        double[] expected = new PlainUvit(config, weights).predict(x.toFloatArray(), 7.5, 3);
        float[] rounded = new float[expected.length];
        for (int i = 0; i < rounded.length; i++) {
          rounded[i] = (float) expected[i];
        }
        Goldens.assertClose(output.toFloatArray(), rounded, "noise");
      }
    }
  }

  @Test
  void asksTheHookForItsBranchesInOrderAndLeavesNothingBehind() throws IOException {
    try (TinyUvit tiny = new TinyUvit()) {
      List<Integer> asked = new ArrayList<>();
      int before = tiny.manager.getManagedArrays().size();
      for (int turn = 0; turn < 2; turn++) {
        try (NDManager scope = tiny.manager.newSubManager()) {
          NDArray x = tiny.noise.duplicate();
          x.attach(scope);
          tiny.model.predict(
              x,
              500,
              tiny.conditioning.conditional(),
              (branch, compute) -> {
                asked.add(branch);
                return compute.get();
              });
          // The sample and the result.
          assertThat(scope.getManagedArrays()).hasSize(2);
        }
        assertThat(tiny.manager.getManagedArrays()).hasSize(before);
      }
      assertThat(asked).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }
  }

  @Test
  void narrowPrecisionIsNear() throws IOException {
    try (TinyUvit exact = new TinyUvit();
        TinyUvit narrow = new TinyUvit(Precision.BFLOAT16)) {
      float[] expected = exact.expected.readFloats("forward_t500");
      float[] found =
          narrow
              .model
              .predict(narrow.noise, 500, narrow.conditioning.conditional(), CacheHook.COMPUTE)
              .toFloatArray();
      double error = 0;
      double size = 0;
      for (int i = 0; i < found.length; i++) {
        error += Math.pow(found[i] - expected[i], 2);
        size += Math.pow(expected[i], 2);
      }
      assertThat(Math.sqrt(error / size)).isBetween(1e-5, 0.03);
    }
  }

  @Test
  void torchFilesAreReadAsSafetensors() throws IOException {
    try (TinyUvit tiny = new TinyUvit()) {
      LoadedUvit torch =
          UvitCheckpoint.open(
              Goldens.folder("uvit-tiny").resolve("uvit.pth"),
              Optional.empty(),
              Precision.FLOAT32,
              tiny.manager);
      try (UvitModel model = new UvitModel(tiny.manager, torch.config(), torch.weights())) {
        NDArray output =
            model.predict(tiny.noise, 1, tiny.conditioning.conditional(), CacheHook.COMPUTE);
        Goldens.assertClose(output, tiny.expected, "forward_t1");
      }
    }
  }

  @Test
  void labelsOutOfRangeAreRefusedAndTheNullLabelIsTheLast() throws IOException {
    try (TinyUvit tiny = new TinyUvit()) {
      assertThatThrownBy(() -> tiny.model.condition(tiny.manager, 10))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("label 10 is out of range, expected 0 to 9");
      assertThat(tiny.conditioning.unconditional().get(0).toLongArray()).containsExactly(10, 10);
    }
  }

  @Test
  void costCountsTheSkipsWithWhatEveryStepRuns() {
    UvitConfig config = UvitConfig.named("U-ViT-H/2", 32);
    ComputeCost cost = UvitCost.of(config);
    long d = 1152;
    long tokens = 258;
    assertThat(cost.branch(0)).isEqualTo(tokens * 4 * d * d + 2 * tokens * tokens * d);
    assertThat(cost.branch(57)).isEqualTo(tokens * 8 * d * d);
    assertThat(cost.fixed()).isEqualTo(2 * 256 * 16 * d + 14 * tokens * 2 * d * d);
    // The paper's table has 133 G.
    assertThat(cost.full()).isBetween(130_000_000_000L, 140_000_000_000L);
  }
}
