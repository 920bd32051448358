package io.harmonica.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trains a classifier on four images. */
final class TrainClassifierCommandTest {
  @TempDir private Path folder;

  private Cli train(ColourSheets sheets, int epochs) {
    return Cli.run(
        "train-classifier",
        "--images",
        sheets.images().toString(),
        "--captions",
        sheets.captions().toString(),
        "--epochs",
        Integer.toString(epochs),
        "--out",
        folder.resolve(epochs + ".safetensors").toString());
  }

  private float[] weights(int epochs) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(epochs + ".safetensors"))) {
      return file.readFloats("classes.weight");
    }
  }

  @Test
  void fewImagesAreLearnedToo() throws IOException {
    ColourSheets sheets = ColourSheets.draw(folder);
    assertThat(PixArtCli.works(train(sheets, 1)).out()).contains("of the images it was trained on");
    PixArtCli.works(train(sheets, 3));
    assertThat(weights(3)).isNotEqualTo(weights(1));
    PixArtCli.assertRefused(train(sheets, 0), "4 images for 0 epochs");
  }
}
