package io.harmonica.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class WaitingThreadsTest {
  @TempDir private Path folder;

  @Test
  void theySleepWhereOthersWorkAndTheUserHasNotDecided() {
    assertThat(WaitingThreads.shouldSleep(Map.of(), 2)).isTrue();
    assertThat(WaitingThreads.shouldSleep(Map.of(), 0.4)).isFalse();
    assertThat(WaitingThreads.shouldSleep(Map.of("OMP_WAIT_POLICY", "ACTIVE"), 2)).isFalse();
    assertThat(WaitingThreads.shouldSleep(Map.of("GOMP_SPINCOUNT", "1000"), 2)).isFalse();
  }

  /** Asks the engine's own OpenMP, which prints what it was told when it is loaded. */
  @EnabledOnOs(OS.LINUX)
  @Test
  void theEngineIsTold() throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dai.djl.offline=true",
                "-cp",
                System.getProperty("java.class.path"),
                Busy.class.getName()));
    builder.environment().keySet().removeAll(List.of("OMP_WAIT_POLICY", "GOMP_SPINCOUNT"));
    builder.environment().put("OMP_DISPLAY_ENV", "verbose");
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
    assertThat(Files.readString(log)).contains("GOMP_SPINCOUNT = '0'");
  }

  /** A program that has found the machine busy. */
  static final class Busy {
    private Busy() {}

    /** Starts the engine. */
    public static void main(String[] args) {
      WaitingThreads.sleep();
      Engine.getEngine("PyTorch").getVersion();
    }
  }
}
