package io.harmonica.dit;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.harmonica.cache.CacheHook;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.kernel.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The model in each precision against the public code's float32 output. */
final class PrecisionTest {
  private static final Path TINY = Goldens.folder("dit-tiny");
  private static final Path WEIGHTS = TINY.resolve("dit.safetensors");

  @ParameterizedTest
  @EnumSource(Precision.class)
  void staysCloseToSinglePrecision(Precision precision) throws IOException {
    double tolerance = precision == Precision.FLOAT32 ? 1e-4 : 2e-2;
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        SafetensorsFile expected = SafetensorsFile.open(TINY.resolve("expected.safetensors"));
        LoadedDit dit = DitCheckpoint.open(WEIGHTS, Optional.empty(), precision, manager);
        DitModel model = new DitModel(manager, dit.config(), dit.weights())) {
      NDArray noise = expected.read("noise", manager);
      int[] labels = expected.read("labels", manager).toIntArray();
      int time = expected.read("forward_timestep", manager).toIntArray()[0];
      List<NDArray> branches = new ArrayList<>();
      CacheHook watch =
          (branch, compute) -> {
            NDArray output = compute.get();
            branches.add(output.duplicate());
            return output;
          };
      NDArray output =
          model.predict(noise, time, model.condition(manager, labels).conditional(), watch);
      assertThat(largestError(output.toFloatArray(), expected.readFloats("forward")))
          .isLessThan(tolerance);
      assertThat(branches).hasSize(8).allMatch(a -> a.getDataType() == DataType.FLOAT32);
    }
  }

  /** Relative to the largest value. */
  private static double largestError(float[] actual, float[] expected) {
    double largest = 0;
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      worst = Math.max(worst, Math.abs(expected[i] - actual[i]));
    }
    return worst / largest;
  }
}
