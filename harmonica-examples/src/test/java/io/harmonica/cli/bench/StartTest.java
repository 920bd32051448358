package io.harmonica.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.harmonica.cli.work.Devices;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Where the benchmark's processes compute. */
final class StartTest {
  @Test
  void aProcessComputesWhereTheBenchmarkDoes() {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      Workbench bench = new Workbench(manager, 1, 2, Clock.WALL);
      assertThat(Start.arguments(bench, Path.of("images")))
          .containsSubsequence("--device", "cpu", "--out", "images");
    }
    assertThat(Devices.name(Device.gpu(1))).isEqualTo("gpu:1");
  }
}
