package io.harmonica.pixart;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.checkpoint.tensor.TensorType;
import io.harmonica.kernel.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A transformer that is to be trained: its first values, and the pipeline it ends in. */
final class PixArtWeightsTest {
  private static final PixArtConfig CONFIG = new PixArtConfig(16, 4, 3, 3, 2, 8, 2, 12, 1, false);

  @TempDir private Path folder;

  @Test
  void whatIsWrittenIsWhatIsRead() throws IOException {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Map<String, NDArray> drawn = PixArtWeights.initialise(manager, CONFIG, 7);
      PixArtWeights.writePixelPipeline(folder, CONFIG, drawn, TensorType.F32);
      LoadedPixArt read = PixArtCheckpoint.open(folder, Precision.FLOAT32, manager);
      assertThat(read.config()).isEqualTo(CONFIG);
      assertThat(read.weights()).containsOnlyKeys(drawn.keySet());
      drawn.forEach((name, weight) -> assertThat(read.weights().get(name)).isEqualTo(weight));
    }
  }

  @Test
  void aSeedGivesTheSameValuesAndOthersOthers() {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      String name = "transformer_blocks.0.attn1.to_qkv.weight";
      float[] first = PixArtWeights.initialise(manager, CONFIG, 1).get(name).toFloatArray();
      assertThat(PixArtWeights.initialise(manager, CONFIG, 1).get(name).toFloatArray())
          .isEqualTo(first);
      assertThat(PixArtWeights.initialise(manager, CONFIG, 2).get(name).toFloatArray())
          .isNotEqualTo(first);
    }
  }

  @Test
  void aPipelineOfPixelsNeedsNoAutoencoderAndClips() throws IOException {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Map<String, NDArray> drawn = PixArtWeights.initialise(manager, CONFIG, 7);
      PixArtWeights.writePixelPipeline(folder, CONFIG, drawn, TensorType.BF16);
    }
    Path tokenizer = Files.createDirectory(folder.resolve("tokenizer"));
    Files.writeString(tokenizer.resolve("tokenizer_config.json"), "{\"model_max_length\": 9}");
    PixArtFolder pipeline = PixArtFolder.at(folder).orElseThrow();
    assertThat(pipeline.upscaling()).isEqualTo(1);
    assertThat(pipeline.pixelStep()).isEqualTo(CONFIG.patchSize());
    assertThat(pipeline.captionTokens()).isEqualTo(9);
    assertThat(pipeline.scheduler().clips()).isTrue();
    PixArtInput input = pipeline.input(Optional.empty(), Optional.empty(), 9);
    assertThat(input.pixelHeight()).isEqualTo(CONFIG.sampleSize());
    assertThat(Files.readString(folder.resolve("model_index.json"))).doesNotContain("vae");
  }
}
