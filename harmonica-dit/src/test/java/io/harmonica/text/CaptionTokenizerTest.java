package io.harmonica.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.dit.Goldens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The reference pipeline's tokenizer. */
final class CaptionTokenizerTest {
  private static final Path PIPELINE = Goldens.folder("pixart-tiny");
  private static final CaptionTokenizer TOKENIZER = open();
  private static final String BIRD = "a photo of a small red bird";
  private static final int[] BIRD_IDS = {
    4, 17, 39, 6, 5, 11, 4, 16, 27, 8, 9, 9, 38, 13, 44, 12, 22, 13
  };

  private static CaptionTokenizer open() {
    try {
      return CaptionTokenizer.open(PIPELINE);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterAll
  static void close() {
    TOKENIZER.close();
  }

  @Test
  void tokensAreThoseOfTransformers() throws IOException {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        SafetensorsFile expected = SafetensorsFile.open(PIPELINE.resolve("expected.safetensors"))) {
      check(
          List.of(BIRD, "a city street at night"),
          "input_ids",
          "attention_mask",
          expected,
          manager);
      check(List.of("", ""), "negative_ids", "negative_mask", expected, manager);
    }
  }

  private static void check(
      List<String> prompts, String ids, String mask, SafetensorsFile expected, NDManager manager)
      throws IOException {
    int tokens = (int) expected.info(ids).shape().get(1);
    int[] allIds = expected.read(ids, manager).toIntArray();
    int[] allMasks = expected.read(mask, manager).toIntArray();
    for (int i = 0; i < prompts.size(); i++) {
      CaptionTokens found = TOKENIZER.tokenize(prompts.get(i), tokens);
      assertThat(found.ids()).isEqualTo(Arrays.copyOfRange(allIds, i * tokens, (i + 1) * tokens));
      assertThat(IntStream.range(0, tokens).map(j -> j < found.length() ? 1 : 0))
          .containsExactly(
              Arrays.stream(allMasks, i * tokens, (i + 1) * tokens)
                  .boxed()
                  .toArray(Integer[]::new));
    }
  }

  @Test
  void cutsTheEndButNotItsMark() {
    CaptionTokens whole = TOKENIZER.tokenize(BIRD, 19);
    assertThat(whole.ids()).startsWith(BIRD_IDS).endsWith(1);
    assertThat(whole.cut()).isEmpty();
    assertThat(whole.length()).isEqualTo(19);
    CaptionTokens cut = TOKENIZER.tokenize(BIRD, 13);
    assertThat(cut.ids()).startsWith(Arrays.copyOf(BIRD_IDS, 12)).endsWith(1).hasSize(13);
    assertThat(cut.cut()).isEqualTo("red bird");
    assertThat(TOKENIZER.tokenize(BIRD, 1).cut()).isEqualTo(BIRD);
    String longPrompt = (BIRD + " ").repeat(50);
    for (int tokens : new int[] {120, 300}) {
      CaptionTokens full = TOKENIZER.tokenize(longPrompt, tokens);
      assertThat(full.ids()).hasSize(tokens).endsWith(1).doesNotContain(0);
      assertThat(full.cut()).endsWith("small red bird");
    }
  }

  @Test
  void specialTokensInACaptionArePlainText() {
    for (String special : List.of("</s>", "<pad>", "<unk>", "<extra_id_0>")) {
      int[] ids = TOKENIZER.tokenize("a " + special + " bird", 40).ids();
      assertThat(Arrays.stream(ids).filter(id -> id == 1).count()).isEqualTo(1);
      assertThat(ids[0]).isEqualTo(4);
    }
  }

  @Test
  void normalisesCharacters() {
    // A mathematical bold A, which UTF-16 writes as two halves, and a wide one.
    assertThat(TOKENIZER.tokenize("\ud835\udc00 \uff21", 9).ids())
        .isEqualTo(TOKENIZER.tokenize("A  A ", 9).ids());
    assertThat(TOKENIZER.tokenize("\u00a0\u3000", 4).length()).isEqualTo(1);
    // Something that is in no piece: one token, however long.
    assertThat(TOKENIZER.tokenize("\ud83d\ude00\ud83d\ude00", 5).ids())
        .containsExactly(3, 2, 1, 0, 0);
  }

  @Test
  void paddingCanBeChanged() {
    CaptionTokens tokens = TOKENIZER.tokenize("a", 5);
    assertThat(tokens.padded(2).ids()).containsExactly(4, 1);
    assertThat(tokens.padded(3).ids()).containsExactly(4, 1, 0);
    assertThatThrownBy(() -> tokens.padded(1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TOKENIZER.tokenize("a", 0))
        .hasMessage("the number of tokens is 0, expected 1 or more");
  }

  @Test
  void refusesToWorkWhenClosed() throws IOException {
    CaptionTokenizer closed = CaptionTokenizer.open(PIPELINE.resolve("tokenizer"));
    closed.close();
    closed.close();
    assertThatThrownBy(() -> closed.tokenize("a", 3))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the tokenizer is closed");
  }

  @Test
  void takesLongTexts() {
    for (String part : List.of("a bird ", "\ud83d\ude00", "x", " ", "\u0000", "\ud83d")) {
      CaptionTokens tokens = TOKENIZER.tokenize(part.repeat(100_000 / part.length()), 120);
      assertThat(tokens.length()).isBetween(1, 120);
    }
  }
}
