package io.harmonica.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sample --against-full}: what it says about speed. */
final class AgainstFullTest {
  private static final Pattern RATIO =
      Pattern.compile(
          "x_0 differs by 0\\.\\d{4} of its size, (\\d+\\.\\d\\d)x as fast"
              + " \\(median of 3 turns of 2 samples, after a warm-up\\)");

  @TempDir private Path folder;

  /** The first run of a process takes several times as long; it used to be one of the two timed. */
  @Test
  void theFirstRunIsNotTimed() {
    Cli sampled =
        Cli.run(
            "sample",
            "--labels",
            "3,4",
            "--steps",
            "10",
            "--policy",
            "interval:2",
            "--against-full",
            "--latents",
            folder.resolve("x.safetensors").toString());
    assertThat(sampled.status()).as(sampled.err()).isZero();
    Matcher found = RATIO.matcher(sampled.out());
    assertThat(found.find()).as(sampled.out()).isTrue();
    // 1.97 in theory.
    assertThat(Double.parseDouble(found.group(1))).isBetween(1.2, 2.6);
  }
}
