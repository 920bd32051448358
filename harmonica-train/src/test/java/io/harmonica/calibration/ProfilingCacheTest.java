package io.harmonica.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cache.CacheHook;
import org.junit.jupiter.api.Test;

final class ProfilingCacheTest {

  @Test
  void measuresRelativeDistancesToEarlierSteps() {
    // Branch 0: 1, 2, 4, 8 everywhere; branch 1: (1, -1), (1, 1), (1, -1), (0, 0).
    float[][] first = {{1, 1}, {2, 2}, {4, 4}, {8, 8}};
    float[][] second = {{1, -1}, {1, 1}, {1, -1}, {0, 0}};
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        ProfilingCache profile = new ProfilingCache(manager, 4, 2, 2)) {
      int arrays = 0;
      for (int step = 0; step < 4; step++) {
        try (NDManager scope = manager.newSubManager()) {
          CacheHook hook = profile.step(step);
          float[] a = first[step];
          float[] b = second[step];
          NDArray fresh = hook.apply(0, () -> scope.create(a).duplicate());
          assertThat(fresh.toFloatArray()).isEqualTo(a);
          hook.apply(1, () -> scope.create(b).duplicate());
        }
        arrays = manager.getManagedArrays().size();
      }
      // Two outputs of two branches, however many steps were run.
      assertThat(arrays).isEqualTo(4);
      float[][][] changes = profile.changes();
      assertThat(changes[0])
          .isDeepEqualTo(new float[][] {{0, 0}, {0.5f, 0}, {0.5f, 0.75f}, {0.5f, 0.75f}});
      assertThat(changes[1][1]).containsExactly(1, 0);
      assertThat(changes[1][2]).containsExactly(1, 0);
      assertThat(changes[1][3]).containsOnly(1);
    }
  }

  @Test
  void nothingThatStaysNothingIsNoError() {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        ProfilingCache profile = new ProfilingCache(manager, 2, 1, 3)) {
      profile.step(0).apply(0, () -> manager.zeros(new Shape(2)));
      profile.step(1).apply(0, () -> manager.zeros(new Shape(2)));
      assertThat(profile.changes()[0][1]).containsOnly(0);
    }
  }
}
