package io.harmonica.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of a tokenizer of CLIP's kind, whose ids can be told by hand. */
final class ClipTokenizerTest {
  private static final int START = 512;
  private static final int END = 513;

  @TempDir private Path folder;

  /** A byte within a word is itself, one at its end comes 256 later. */
  private static int last(char sign) {
    return 256 + sign;
  }

  @Test
  void wordsAreLowerCaseAndEnd() throws IOException {
    RandomClip.write(folder, 1);
    try (ClipTokenizer tokenizer = ClipTokenizer.open(folder, 77)) {
      assertThat(tokenizer.tokenize("A  Cat!"))
          .containsExactly(START, last('a'), 'c', 'a', last('t'), last('!'), END);
      assertThat(tokenizer.tokenize("")).containsExactly(START, END);
      assertThat(tokenizer.tokenize("é")).containsExactly(START, 0xc3, 256 + 0xa9, END);
    }
  }

  @Test
  void mergesJoinPieces() throws IOException {
    RandomClip.write(folder, 1);
    Path file = folder.resolve("tokenizer.json");
    String json = Files.readString(file);
    Files.writeString(
        file,
        json.replace("\"merges\":[]", "\"merges\":[\"a t</w>\",\"c at</w>\"]")
            .replace(
                "\"<|startoftext|>\":512",
                "\"at</w>\":514,\"cat</w>\":515,\"<|startoftext|>\":512"));
    try (ClipTokenizer tokenizer = ClipTokenizer.open(folder, 77)) {
      assertThat(tokenizer.tokenize("cat hat")).containsExactly(START, 515, 'h', 514, END);
    }
  }

  @Test
  void longTextsLoseTheirEnd() throws IOException {
    RandomClip.write(folder, 1);
    try (ClipTokenizer tokenizer = ClipTokenizer.open(folder, 5)) {
      assertThat(tokenizer.tokenize("abcdef")).containsExactly(START, 'a', 'b', 'c', END);
    }
  }

  @Test
  void aMissingOrDamagedFileIsNamed() throws IOException {
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> ClipTokenizer.open(folder, 77))
        .withMessageContaining("tokenizer.json");
    Files.writeString(folder.resolve("tokenizer.json"), "{\"model\": 1}");
    assertThatExceptionOfType(MalformedCheckpointException.class)
        .isThrownBy(() -> ClipTokenizer.open(folder, 77))
        .withMessageContaining("tokenizer.json: is no tokenizer");
  }
}
