package io.harmonica.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What a training says where there is no terminal. */
final class TrainingProgressBarTest {

  /** What another process did before took no time of this one, and says nothing about the rest. */
  @Test
  void aPartThatGoesOnCountsFromWhereItBegan() throws InterruptedException {
    assumeFalse(Progress.onTerminal(), "a terminal gets a bar");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(out, true, StandardCharsets.UTF_8));
    try (TrainingProgressBar bar = new TrainingProgressBar()) {
      bar.duringRound("weights", 90_000, 100_000);
      Thread.sleep(1100);
      bar.duringRound("weights", 95_000, 100_000);
      bar.duringRound("weights", 100_000, 100_000);
      bar.duringRound("weights", 1, 100_000);
      bar.duringRound("weights", 50_000, 100_000);
    } finally {
      System.setErr(before);
    }
    // 5,000 updates took more than a second, and 5,000 are left. From zero on it would say 0 s.
    assertThat(out.toString(StandardCharsets.UTF_8))
        .containsPattern("weights 95000/100000, about [1-9][0-9]* s left")
        .containsPattern("weights 100000/100000, took [1-9][0-9]* s")
        .as("the next plan's weights have a clock of their own")
        .containsPattern("weights 50000/100000, about [0-9] s left");
  }
}
