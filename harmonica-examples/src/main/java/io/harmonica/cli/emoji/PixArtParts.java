package io.harmonica.cli.emoji;

import ai.djl.ndarray.NDArray;
import io.harmonica.checkpoint.tensor.TensorType;
import io.harmonica.files.AtomicFiles;
import io.harmonica.pixart.PixArtConfig;
import io.harmonica.pixart.PixArtWeights;
import io.harmonica.text.CaptionTokenizer;
import io.harmonica.text.RandomT5;
import io.harmonica.text.T5Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
  private static final String VOCABULARY_FILE = "spiece.model";
  private static final String INDEX = "model_index.json";

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
   * vectors of different words differ, which is all that a small vocabulary needs. Until {@link
   * #finish} the folder is no pipeline.
   *
   * @param vocabulary a SentencePiece model of at most 1024 pieces
   * @param tokens how many tokens a caption has room for
   * @param seed of the weights
   * @throws IOException if a file cannot be read or written
   */
  public void drawText(Path vocabulary, int tokens, long seed) throws IOException {
    Files.deleteIfExists(folder.resolve(INDEX));
    Path tokenizer = Files.createDirectories(folder.resolve(TOKENIZER));
    copy(vocabulary, tokenizer.resolve(VOCABULARY_FILE));
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
   * Refuses another tokenizer than the one that is there. The text encoder's seed is that of the
   * training, whose saved state knows it.
   *
   * @param vocabulary what {@link #drawText} would be given
   * @param tokens what {@link #drawText} would be given
   * @throws IOException if a file cannot be read
   * @throws IllegalArgumentException if a drawn text part would differ
   */
  public void requireDrawn(Path vocabulary, int tokens) throws IOException {
    requireSame(vocabulary, folder.resolve(TOKENIZER).resolve(VOCABULARY_FILE));
    if (CaptionTokenizer.limit(folder) != tokens) {
      throw new IllegalArgumentException(
          "captions have %d tokens, but those of the training in %s have %d; give the same, or another folder"
              .formatted(tokens, folder, CaptionTokenizer.limit(folder)));
    }
  }

  /**
   * Takes tokenizer and text encoder from another pipeline. Until {@link #finish} the folder is no
   * pipeline, unless it is the other one itself.
   *
   * @param pipeline the other pipeline's folder
   * @throws IOException if a file cannot be read or written
   */
  public void copyText(Path pipeline) throws IOException {
    if (Files.isSameFile(pipeline, folder)) {
      return;
    }
    List<Path> files = text(pipeline);
    Files.deleteIfExists(folder.resolve(INDEX));
    for (Path file : files) {
      Path target = folder.resolve(pipeline.relativize(file));
      Files.createDirectories(target.getParent());
      copy(file, target);
    }
  }

  /**
   * Refuses another pipeline than the one from which tokenizer and text encoder were taken.
   *
   * @param pipeline what {@link #copyText} would be given
   * @throws IOException if a file cannot be read
   * @throws IllegalArgumentException if a file differs
   */
  public void requireCopied(Path pipeline) throws IOException {
    for (Path file : text(pipeline)) {
      requireSame(file, folder.resolve(pipeline.relativize(file)));
    }
  }

  private static List<Path> text(Path pipeline) throws IOException {
    List<Path> all = new ArrayList<>();
    for (String part : List.of(TOKENIZER, ENCODER)) {
      try (Stream<Path> files = Files.list(pipeline.resolve(part))) {
        files.forEach(all::add);
      }
    }
    return all;
  }

  private static void copy(Path from, Path to) throws IOException {
    AtomicFiles.write(to, out -> Files.copy(from, out));
  }

  private static void requireSame(Path wanted, Path there) throws IOException {
    if (Files.mismatch(wanted, there) >= 0) {
      throw new IllegalArgumentException(
          "%s is another than %s, which the training began with; give the same, or another folder"
              .formatted(wanted, there));
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
