package io.harmonica.text;

import ai.djl.ndarray.NDManager;
import io.harmonica.checkpoint.tensor.TensorType;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * From prompts to embeddings: cleaning, tokens, the text encoder. It refers to a tokenizer and an
 * encoder and owns neither; once it is done, both can be closed.
 */
public final class CaptionEncoder {
  /** Tokens that go through the encoder together; more gain little. */
  private static final int BATCH_TOKENS = 512;

  private static final Closeable NOTHING = () -> {};

  private final CaptionTokenizer tokenizer;
  private final T5Encoder encoder;
  private final CaptionCleaner cleaner;
  private final int tokens;
  private final EmbeddingsProvenance provenance;

  /**
   * Puts the parts together.
   *
   * @param tokenizer cuts captions into tokens
   * @param encoder encodes them
   * @param cleaner what comes before, {@link CaptionCleaner#RULES} as the pipelines do by default
   * @param tokens the places of a caption, 120 for PixArt-alpha and 300 for PixArt-Sigma
   * @param provenance what to say about the encoder in saved embeddings
   * @throws IllegalArgumentException if there are no places
   */
  public CaptionEncoder(
      CaptionTokenizer tokenizer,
      T5Encoder encoder,
      CaptionCleaner cleaner,
      int tokens,
      EmbeddingsProvenance provenance) {
    if (tokens < 1) {
      throw new IllegalArgumentException(
          "the number of tokens is " + tokens + ", expected 1 or more");
    }
    this.tokenizer = tokenizer;
    this.encoder = encoder;
    this.cleaner = cleaner;
    this.tokens = tokens;
    this.provenance = provenance;
  }

  /**
   * Cleans a prompt and cuts it into tokens, for instance to see whether it is too long.
   *
   * @param prompt any text
   * @return its tokens; {@link CaptionTokens#cut()} is what had no room
   */
  public CaptionTokens tokenize(String prompt) {
    return tokenizer.tokenize(cleaner.clean(CaptionTokenizer.wellFormed(prompt)), tokens);
  }

  /**
   * Encodes prompts into memory: 16 KB for each of their tokens with T5-XXL.
   *
   * @param prompts at least one
   * @param negativePrompt what guidance leads away from, mostly the empty text
   * @return the embeddings
   * @throws IllegalArgumentException if there are no prompts
   */
  public CaptionEmbeddings encode(List<String> prompts, String negativePrompt) {
    Run run = new Run(prompts, negativePrompt, done -> {});
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i <= prompts.size(); i++) {
      vectors.add(run.next(i));
    }
    return new CaptionEmbeddings(run.list, vectors::get, NOTHING);
  }

  /**
   * Encodes prompts into a file, some at a time, so that any number can be encoded. The file
   * appears when all are done.
   *
   * @param prompts at least one
   * @param negativePrompt what guidance leads away from, mostly the empty text
   * @param path the file
   * @param type F32 or F16, as {@link CaptionEmbeddings#write}
   * @param progress told how many prompts are done, the negative one counted, after each batch
   * @throws IOException if the file cannot be written
   * @throws IllegalArgumentException if there are no prompts
   */
  public void encode(
      List<String> prompts, String negativePrompt, Path path, TensorType type, IntConsumer progress)
      throws IOException {
    Run run = new Run(prompts, negativePrompt, progress);
    try (CaptionEmbeddings streamed = new CaptionEmbeddings(run.list, run::next, NOTHING)) {
      streamed.write(path, type);
    }
  }

  /** Encodes in batches while being asked for one prompt after the other. */
  private final class Run {
    private final List<CaptionTokens> captions = new ArrayList<>();
    private final CaptionList list;
    private final IntConsumer progress;
    private final List<float[]> batch = new ArrayList<>();
    private int batchStart;

    Run(List<String> prompts, String negativePrompt, IntConsumer progress) {
      this.progress = progress;
      List<String> sound = new ArrayList<>();
      prompts.forEach(prompt -> sound.add(CaptionTokenizer.wellFormed(prompt)));
      String negative = CaptionTokenizer.wellFormed(negativePrompt);
      sound.forEach(prompt -> captions.add(tokenize(prompt)));
      captions.add(tokenize(negative));
      List<Integer> lengths = captions.stream().map(CaptionTokens::length).toList();
      int width = encoder.config().width();
      this.list = new CaptionList(sound, negative, lengths, tokens, width, provenance);
    }

    float[] next(int prompt) {
      if (prompt < batchStart || prompt >= batchStart + batch.size()) {
        encodeFrom(prompt);
      }
      return batch.get(prompt - batchStart);
    }

    private void encodeFrom(int start) {
      List<CaptionTokens> part = captions.subList(start, end(start));
      int longest = part.stream().mapToInt(CaptionTokens::length).max().orElseThrow();
      List<CaptionTokens> padded = part.stream().map(caption -> caption.padded(longest)).toList();
      batch.clear();
      batchStart = start;
      try (NDManager scope = encoder.newScope()) {
        float[] values = encoder.encode(scope, padded).toFloatArray();
        int row = longest * list.width();
        for (int i = 0; i < padded.size(); i++) {
          int used = padded.get(i).length() * list.width();
          batch.add(Arrays.copyOfRange(values, i * row, i * row + used));
        }
      }
      progress.accept(start + padded.size());
    }

    /** The prompt before which to stop, so that a batch has not too many tokens. */
    private int end(int start) {
      int longest = 0;
      for (int end = start; end < captions.size(); end++) {
        longest = Math.max(longest, captions.get(end).length());
        if (end > start && longest * (end + 1 - start) > BATCH_TOKENS) {
          return end;
        }
      }
      return captions.size();
    }
  }
}
