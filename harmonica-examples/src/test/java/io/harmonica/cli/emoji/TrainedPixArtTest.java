package io.harmonica.cli.emoji;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import io.harmonica.cli.training.ImageModelTrainer;
import io.harmonica.cli.training.TrainingSettings;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.pixart.PixArtConfig;
import io.harmonica.pixart.PixArtWeights;
import io.harmonica.text.T5Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training that is interrupted, and goes on. */
final class TrainedPixArtTest {
  private static final Path TEXT = Path.of("target/test-classes/goldens/pixart-tiny");
  private static final int SIZE = 8;
  private static final int EPOCHS = 5;

  @TempDir private Path folder;

  private static CaptionedImages data() {
    float[] dark = new float[3 * SIZE * SIZE];
    float[] bright = dark.clone();
    Arrays.fill(bright, 1);
    return new CaptionedImages(
        SIZE, List.of(dark, bright), List.of(List.of("a dark sheet", "night"), List.of("day")));
  }

  private static TrainedPixArt model() throws IOException {
    int width = textWidth();
    PixArtConfig config = new PixArtConfig(SIZE, 4, 3, 3, 2, 8, 2, width, 1, false);
    return TrainedPixArt.open(
        data(), TEXT, 8, config, (manager, shape) -> PixArtWeights.initialise(manager, shape, 3));
  }

  private static int textWidth() throws IOException {
    return T5Config.fromJson(Files.readString(TEXT.resolve("text_encoder/config.json"))).width();
  }

  /** Trains up to a step, and gives the averaged weights. */
  private Map<String, List<Float>> train(Path checkpoint, long until) throws IOException {
    TrainingSettings settings = new TrainingSettings(EPOCHS, 1, 1e-2, 2, 0.9, 5, 3, 11);
    try (TrainedPixArt model = model();
        ImageModelTrainer trainer =
            new ImageModelTrainer(data(), model, settings, NoiseSchedule.linear())) {
      trainer.run(
          checkpoint,
          (step, total, loss) -> {
            if (step == until) {
              throw new IllegalStateException("interrupted");
            }
          });
      // A map of another order would make files of other bytes.
      assertThat(trainer.result().keySet()).containsExactlyElementsOf(model.weights().keySet());
      Map<String, List<Float>> weights = new TreeMap<>();
      trainer.result().forEach((name, weight) -> weights.put(name, values(weight)));
      return weights;
    }
  }

  private static List<Float> values(NDArray weight) {
    List<Float> values = new ArrayList<>();
    for (float value : weight.toFloatArray()) {
      values.add(value);
    }
    return values;
  }

  @Test
  void goesOnWhereItWasSaved() throws IOException {
    Map<String, List<Float>> whole = train(folder.resolve("whole"), -1);
    Path checkpoint = folder.resolve("interrupted");
    assertThatThrownBy(() -> train(checkpoint, 7)).hasMessage("interrupted");
    assertThat(train(checkpoint, -1)).isEqualTo(whole);
  }
}
