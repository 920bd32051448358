package io.harmonica.text;

import ai.djl.ndarray.NDManager;
import io.harmonica.checkpoint.tensor.TensorType;
import io.harmonica.files.Hashes;
import io.harmonica.files.LibraryVersion;
import io.harmonica.kernel.Precision;
import io.harmonica.model.ModelFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * A pipeline's first stage: its text encoder is loaded, used, and gone before the transformer
 * comes.
 *
 * @param folder the pipeline's folder
 * @param tokens how many tokens a caption is padded to or cut at
 * @param precision what the encoder's matrices are multiplied in
 */
public record TextStage(Path folder, int tokens, Precision precision) {

  /** Told what happens. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Called for a prompt that is too long.
     *
     * @param message one line that says what was cut
     */
    void cut(String message);

    /**
     * Called when some prompts are encoded.
     *
     * @param done how many, the negative one counted
     */
    default void encoded(int done) {}
  }

  /**
   * Encodes prompts.
   *
   * @param manager its device computes; nothing stays under it
   * @param prompts the prompts
   * @param file where to save the embeddings, from which they are then read as needed; else they
   *     stay in memory
   * @param listener told about prompts that are too long, and of the progress
   * @return the embeddings, which the caller closes
   * @throws IOException if a file is missing, damaged or cannot be read or written
   * @throws IllegalArgumentException if the tokenizer or the encoder are of another kind, or
   *     nothing is left of a prompt after cleaning
   */
  public CaptionEmbeddings encode(
      NDManager manager, Prompts prompts, Optional<Path> file, Listener listener)
      throws IOException {
    try (CaptionTokenizer tokenizer = CaptionTokenizer.open(folder)) {
      check(tokenizer, prompts, listener::cut);
      try (NDManager scope = manager.newSubManager();
          T5Encoder encoder = T5Encoder.open(folder, precision, scope)) {
        CaptionEncoder captions =
            new CaptionEncoder(
                tokenizer, encoder, CaptionCleaner.RULES, tokens, provenance(file.isPresent()));
        if (file.isEmpty()) {
          return captions.encode(prompts.asked(), prompts.negative());
        }
        IntConsumer progress = listener::encoded;
        captions.encode(prompts.asked(), prompts.negative(), file.get(), TensorType.F32, progress);
      }
    }
    return CaptionEmbeddings.open(file.get());
  }

  /** Before minutes are spent on loading the encoder. */
  private void check(CaptionTokenizer tokenizer, Prompts prompts, Consumer<String> cut) {
    for (String prompt : prompts.asked()) {
      String cleaned = CaptionCleaner.RULES.clean(prompt);
      if (cleaned.isEmpty()) {
        throw new IllegalArgumentException(
            "nothing is left of the prompt \"" + prompt + "\" after cleaning; use plain words");
      }
      report(tokenizer.tokenize(cleaned, tokens), prompt, cut);
    }
    String negative = CaptionCleaner.RULES.clean(prompts.negative());
    report(tokenizer.tokenize(negative, tokens), prompts.negative(), cut);
  }

  private void report(CaptionTokens caption, String prompt, Consumer<String> cut) {
    if (!caption.cut().isEmpty()) {
      String start = prompt.length() > 40 ? prompt.substring(0, 40) + "..." : prompt;
      cut.accept(
          "the prompt \"%s\" is longer than %d tokens; left out: \"%s\""
              .formatted(start, tokens, caption.cut()));
    }
  }

  /** Hashes of gigabytes take a minute, so only embeddings that will last get one. */
  private EmbeddingsProvenance provenance(boolean lasting) throws IOException {
    String hash = lasting ? Hashes.of(ModelFiles.find(folder, "text_encoder").sha256()) : "";
    return new EmbeddingsProvenance(
        folder.toAbsolutePath().normalize().getFileName() + "/text_encoder",
        hash,
        precision.text(),
        LibraryVersion.text());
  }
}
