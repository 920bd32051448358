package io.harmonica.cli.emoji;

import ai.djl.ndarray.NDArray;
import io.harmonica.checkpoint.tensor.TensorType;
import io.harmonica.files.AtomicFiles;
import io.harmonica.pixart.PixArtConfig;
import io.harmonica.pixart.PixArtWeights;
import io.harmonica.text.RandomT5;
import io.harmonica.text.T5Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The folder of a small text-to-image pipeline while it comes about: the parts that read captions
 * are there before the training, the transformer after it.
 *
 * @param folder the pipeline's folder
 */
public record PixArtParts(Path folder) {
  private static final String TOKENIZER = "tokenizer";
  private static final String ENCODER = "text_encoder";

  /** Rows of the encoder's table beyond the vocabulary's pieces cost nothing but room. */
  private static final int VOCABULARY = 1024;

  /**
   * Narrow and of one layer: words keep vectors of their own, and the transformer does the rest.
   */
  private static final T5Config TEXT = new T5Config(VOCABULARY, 256, 64, 4, 1, 512, 32, 128, 1e-6);

  /** {@return the width of the text encoder that {@link #drawText} makes} */
  public static int textWidth() {
    return TEXT.width();
  }

  /**
   * Puts a tokenizer there, and a text encoder with random weights, which stay as they are: its
   * vectors of different words differ, which is all that a small vocabulary needs.
   *
   * @param vocabulary a SentencePiece model of at most 1024 pieces
   * @param tokens how many tokens a caption has room for
   * @param seed of the weights
   * @throws IOException if a file cannot be read or written
   */
  public void drawText(Path vocabulary, int tokens, long seed) throws IOException {
    Path tokenizer = Files.createDirectories(folder.resolve(TOKENIZER));
    Files.copy(vocabulary, tokenizer.resolve("spiece.model"), StandardCopyOption.REPLACE_EXISTING);
    AtomicFiles.writeString(
        tokenizer.resolve("tokenizer_config.json"),
        """
        {
          "tokenizer_class": "T5Tokenizer",
          "model_max_length": %d,
          "extra_ids": 0,
          "eos_token": "</s>",
          "pad_token": "<pad>",
          "unk_token": "<unk>"
        }
        """
            .formatted(tokens));
    RandomT5.write(folder.resolve(ENCODER), TEXT, TensorType.BF16, seed, RandomT5.SHARD_BYTES);
  }

  /**
   * Takes tokenizer and text encoder from another pipeline.
   *
   * @param pipeline the other pipeline's folder
   * @throws IOException if a file cannot be read or written
   */
  public void copyText(Path pipeline) throws IOException {
    for (String part : List.of(TOKENIZER, ENCODER)) {
      Path target = Files.createDirectories(folder.resolve(part));
      try (Stream<Path> files = Files.list(pipeline.resolve(part))) {
        for (Path file : files.toList()) {
          Files.copy(file, target.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  /**
   * Puts the trained transformer there, as bfloat16.
   *
   * @param config its shape
   * @param weights its tensors by the names of {@link PixArtWeights}
   * @throws IOException if a file cannot be written
   */
  public void finish(PixArtConfig config, Map<String, NDArray> weights) throws IOException {
    PixArtWeights.writePixelPipeline(folder, config, weights, TensorType.BF16);
  }
}
