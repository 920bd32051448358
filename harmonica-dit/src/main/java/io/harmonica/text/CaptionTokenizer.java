package io.harmonica.text;

import ai.djl.engine.EngineException;
import ai.djl.sentencepiece.SpTokenizer;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.model.ModelFiles;
import io.harmonica.model.ModelJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts captions into T5's tokens (SentencePiece; Kudo and Richardson, 2018): its unigram model's
 * pieces, then the end of the text, then padding. What T5 calls special tokens, such as {@code
 * </s>} or {@code <extra_id_0>}, is plain text if it stands in a caption.
 *
 * <p>May be used by several threads.
 */
public final class CaptionTokenizer implements AutoCloseable {
  private static final String FOLDER = "tokenizer";
  private static final String FILE = "spiece.model";
  private static final int END = 1;

  /** SentencePiece's sign for a space. */
  private static final char SPACE = '\u2581';

  private final SpTokenizer tokenizer;
  private boolean closed;

  private CaptionTokenizer(SpTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * Reads a tokenizer.
   *
   * @param path a {@code spiece.model}, its folder, or a pipeline's folder with a {@code tokenizer}
   *     in it
   * @return the tokenizer, which the caller closes
   * @throws MalformedCheckpointException if the file is damaged or not T5's kind of tokenizer
   * @throws IOException if there is no such file or it cannot be read
   * @throws IllegalStateException if the SentencePiece library has no native part for this machine
   */
  public static CaptionTokenizer open(Path path) throws IOException {
    Path file = find(path);
    byte[] model = SentencePieceFile.read(file);
    try {
      return new CaptionTokenizer(new SpTokenizer(model));
    } catch (EngineException e) {
      MalformedCheckpointException fault =
          SentencePieceFile.fault(
              file, "SentencePiece refuses it: " + SentencePieceFile.oneLine(e.getMessage()), -1);
      fault.initCause(e);
      throw fault;
    } catch (UnsatisfiedLinkError | RuntimeException e) {
      throw new IllegalStateException(
          "the SentencePiece library does not run on this machine: "
              + SentencePieceFile.oneLine(String.valueOf(e.getMessage())),
          e);
    }
  }

  /**
   * Reads how long captions may be that a pipeline was trained with.
   *
   * @param pipeline the pipeline's folder
   * @return {@code model_max_length} of its tokenizer, or no limit if it does not say
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if it is no JSON or the number is below 1
   */
  public static int limit(Path pipeline) throws IOException {
    Path file = pipeline.resolve(FOLDER).resolve("tokenizer_config.json");
    if (!Files.isRegularFile(file)) {
      return Integer.MAX_VALUE;
    }
    // Some tokenizers say "no limit" by a number that no integer holds.
    double limit = ModelJson.parse(ModelFiles.readConfig(file)).number("model_max_length", 1e30);
    if (!(limit >= 1)) {
      throw new IllegalArgumentException(
          file + ": model_max_length is " + limit + ", expected 1 or more");
    }
    return (int) Math.min(Integer.MAX_VALUE, limit);
  }

  private static Path find(Path path) throws IOException {
    for (Path file : List.of(path, path.resolve(FILE), path.resolve(FOLDER).resolve(FILE))) {
      if (Files.isRegularFile(file)) {
        return file;
      }
    }
    throw new NoSuchFileException(
        path.toString(), null, "there is no " + FILE + " here nor in a folder " + FOLDER);
  }

  /**
   * Cuts a caption into tokens. Of one that is too long, the end is cut off, but not the token that
   * ends the text.
   *
   * @param caption any text
   * @param tokens the places to fill, 120 for PixArt-alpha and 300 for PixArt-Sigma
   * @return the tokens
   * @throws IllegalArgumentException if there is no place
   * @throws IllegalStateException if the tokenizer is closed
   */
  public synchronized CaptionTokens tokenize(String caption, int tokens) {
    if (tokens < 1) {
      throw new IllegalArgumentException(
          "the number of tokens is " + tokens + ", expected 1 or more");
    }
    if (closed) {
      // The library would read memory that is no longer its own.
      throw new IllegalStateException("the tokenizer is closed");
    }
    String text = wellFormed(caption);
    int[] pieces = tokenizer.getProcessor().encode(text);
    int kept = Math.min(pieces.length, tokens - 1);
    int[] ids = Arrays.copyOf(pieces, kept + 1);
    ids[kept] = END;
    return new CaptionTokens(ids, tokens, kept < pieces.length ? textFrom(kept, text) : "");
  }

  private String textFrom(int piece, String text) {
    List<String> pieces = tokenizer.tokenize(text);
    return String.join("", pieces.subList(piece, pieces.size())).replace(SPACE, ' ').strip();
  }

  /** Replaces halves of surrogate pairs, which no encoding of Unicode can express. */
  static String wellFormed(String text) {
    StringBuilder sound = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? '\uFFFD' : c)
        .forEach(sound::appendCodePoint);
    return sound.toString();
  }

  /** Frees the tokenizer; closing twice does nothing. */
  @Override
  public synchronized void close() {
    // The library frees as often as it is told to.
    if (!closed) {
      closed = true;
      tokenizer.close();
    }
  }
}
