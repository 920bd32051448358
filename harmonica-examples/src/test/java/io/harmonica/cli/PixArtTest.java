package io.harmonica.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.examples.PixArt;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program for PixArt, on a pipeline of its kind that is small enough. */
final class PixArtTest {
  private static final String PIPELINE = "target/test-classes/goldens/pixart-tiny";

  @TempDir private Path folder;

  @Test
  void thePipelinesSettingsAreItsDefaults() throws IOException {
    Path latents = folder.resolve("x.safetensors");
    Cli sampled =
        Cli.run(
            PixArt::run,
            "sample",
            "--model",
            PIPELINE,
            "--prompt",
            "a city street at night",
            "--latents",
            latents.toString(),
            "--out",
            folder.resolve("images").toString());
    assertThat(sampled.status()).as(sampled.err()).isZero();
    try (SafetensorsFile file = SafetensorsFile.open(latents)) {
      assertThat(file.metadata())
          .containsEntry("steps", "20")
          .containsEntry("guidance", "4.5")
          .containsEntry("sampler", "dpmpp");
    }
    assertThat(folder.resolve("images/grid.png")).isNotEmptyFile();
    Cli unknown = Cli.run(PixArt::run, "quickstart");
    assertThat(unknown.status()).isEqualTo(2);
  }
}
