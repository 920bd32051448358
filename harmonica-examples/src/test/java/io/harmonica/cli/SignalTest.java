package io.harmonica.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A command that is asked to end does so between two passes, without a crash or half a file. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "a process there can only be killed")
final class SignalTest {
  private static final int SIGTERM = 128 + 15;

  @TempDir private Path folder;

  @Test
  void aTrainingEndsAfterTheRunningPass() throws IOException, InterruptedException {
    String model = folder.resolve("model.safetensors").toString();
    // Passes of a second or so: long enough that the signal meets the engine at work.
    assertThat(
            Cli.run("random-dit", "--config-name", "DiT-S/2", "--out", model, "--seed", "1")
                .status())
        .isZero();
    Path log = folder.resolve("log");
    Process process =
        CliProcess.start(
            log,
            ("train --recipe paper --lambda uniform --steps 3 --guidance 2 --batch 2"
                    + " --trajectories 1000 --checkpoint-every 1 --model "
                    + model
                    + " --out "
                    + folder.resolve("router.safetensors"))
                .split(" "));
    CliProcess.await(process, () -> Files.exists(folder.resolve("router.safetensors.checkpoint")));
    process.destroy();
    assertThat(process.waitFor(90, TimeUnit.SECONDS)).as("ended in time").isTrue();
    assertThat(process.exitValue()).as(text(log)).isEqualTo(SIGTERM);
    assertThat(text(log)).contains("ended by a signal").doesNotContain("SIGSEGV");
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder("model.safetensors", "log", "router.safetensors.checkpoint");
  }

  private static String text(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
