package io.harmonica.clip;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.util.Utils;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Cuts texts into CLIP's tokens: pieces of bytes (Sennrich et al., 2016), as the folder's {@code
 * tokenizer.json} describes them.
 */
public final class ClipTokenizer implements AutoCloseable {
  private static final String FILE = "tokenizer.json";

  /** Which native library the tokenizer takes, and the one that it has with it. */
  private static final String FLAVOUR = "RUST_FLAVOR";

  private final HuggingFaceTokenizer tokenizer;

  private ClipTokenizer(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * Reads a tokenizer.
   *
   * @param folder the model's folder
   * @param length the most tokens of a text; what is longer is cut off before the end token
   * @return the tokenizer, which the caller closes
   * @throws NoSuchFileException if the folder has no {@code tokenizer.json}
   * @throws MalformedCheckpointException if that is damaged
   * @throws IOException if it cannot be read
   */
  public static ClipTokenizer open(Path folder, int length) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(
          file.toString(), null, "there is no such file; download it with the model");
    }
    if (Utils.getEnvOrSystemProperty(FLAVOUR) == null) {
      // Else a machine with a GPU would fetch another library, which this has no use for.
      System.setProperty(FLAVOUR, "cpu");
    }
    try {
      return new ClipTokenizer(
          HuggingFaceTokenizer.builder()
              .optTokenizerPath(file)
              .optAddSpecialTokens(true)
              .optTruncation(true)
              .optMaxLength(length)
              .optPadding(false)
              .build());
    } catch (RuntimeException e) {
      MalformedCheckpointException fault =
          new MalformedCheckpointException(
              file.toString(),
              "is no tokenizer: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
              -1,
              "download it again");
      fault.initCause(e);
      throw fault;
    }
  }

  /**
   * Cuts a text into tokens.
   *
   * @param text any text
   * @return the tokens, from the one that begins a text to the one that ends it
   */
  public int[] tokenize(String text) {
    return Arrays.stream(tokenizer.encode(text).getIds()).mapToInt(Math::toIntExact).toArray();
  }

  /** Frees the tokenizer. */
  @Override
  public void close() {
    tokenizer.close();
  }
}
