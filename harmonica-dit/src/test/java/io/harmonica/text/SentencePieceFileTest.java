package io.harmonica.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.dit.Goldens;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged and foreign tokenizers: each is either refused with one line or used without harm. A
 * failure here may end the process, as the library's native code then does.
 */
final class SentencePieceFileTest {
  private static final Path SOUND = Goldens.folder("pixart-tiny/tokenizer").resolve("spiece.model");
  private static final int PIECES_END = 820;

  @TempDir private Path folder;
  private byte[] sound;

  @BeforeEach
  void read() throws IOException {
    sound = Files.readAllBytes(SOUND);
  }

  private boolean opens(byte[] content) throws IOException {
    Path file = folder.resolve("spiece.model");
    Files.write(file, content);
    try (CaptionTokenizer tokenizer = CaptionTokenizer.open(file)) {
      for (String text :
          new String[] {"a red bird", "\u00e9\u3042\ufb01 \u0000 a\u0301 \ud83d\ude00"}) {
        assertThat(tokenizer.tokenize(text, 12).ids()).hasSize(12);
      }
      return true;
    } catch (MalformedCheckpointException e) {
      assertThat(e).hasMessageStartingWith(file + ": ").hasMessageNotContaining("\n");
      return false;
    }
  }

  @Test
  void soundFileOpens() throws IOException {
    assertThat(opens(sound)).isTrue();
  }

  @Test
  void filesCutShortAreRefused() throws IOException {
    for (int size = 0; size < 1000; size += 7) {
      assertThat(opens(Arrays.copyOf(sound, size))).as("%d bytes", size).isFalse();
    }
    for (int size = 1000; size < sound.length; size += 9973) {
      assertThat(opens(Arrays.copyOf(sound, size))).as("%d bytes", size).isFalse();
    }
    assertThat(opens(Arrays.copyOf(sound, sound.length - 1))).isFalse();
  }

  @Test
  void randomBytesAreRefused() throws IOException {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      byte[] content = new byte[random.nextInt(3000)];
      random.nextBytes(content);
      assertThat(opens(content)).as("seed %d", seed).isFalse();
    }
  }

  @Test
  void changedBytesDoNoHarm() throws IOException {
    int refused = 0;
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      byte[] content = sound.clone();
      boolean inPieces = random.nextBoolean();
      for (int i = random.nextInt(6); i >= 0; i--) {
        int at = random.nextInt(inPieces ? PIECES_END : content.length);
        content[at] = (byte) (random.nextInt(4) == 0 ? 0 : random.nextInt(256));
      }
      refused += opens(content) ? 0 : 1;
    }
    assertThat(refused).isBetween(100, 299);
  }

  @Test
  void aTableThatLeadsOutOfItselfIsRefused() throws IOException {
    byte[] content = sound.clone();
    int table = indexOf("nmt_nfkc") + 8;
    // The root's children, a gigabyte away.
    content[table + 8 + 3] = 0x7f;
    content[table + 8 + 1] |= 2;
    assertThat(opens(content)).isFalse();
  }

  @Test
  void foreignTokenizersAreNamed() throws IOException {
    replace("</s>", "</t>");
    assertThatThrownBy(() -> SentencePieceFile.read(folder.resolve("spiece.model")))
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageContaining("has the piece \"</t>\" of kind 3 as number 1")
        .hasMessageContaining("T5 has \"</s>\"")
        .hasMessageContaining("give the spiece.model");
    Path json = folder.resolve("tokenizer.json");
    Files.writeString(json, "{\"version\": \"1.0\", \"model\": {\"type\": \"Unigram\"}}");
    assertThatThrownBy(() -> CaptionTokenizer.open(json))
        .isInstanceOf(MalformedCheckpointException.class);
    assertThatThrownBy(() -> CaptionTokenizer.open(folder.resolve("nowhere")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("spiece.model");
  }

  @Test
  void aPieceWithAZeroIsRefused() throws IOException {
    int piece = indexOf("ight");
    sound[piece + 1] = 0;
    assertThat(opens(sound)).isFalse();
  }

  private void replace(String from, String to) throws IOException {
    byte[] replacement = to.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(replacement, 0, sound, indexOf(from), replacement.length);
    Files.write(folder.resolve("spiece.model"), sound);
  }

  private int indexOf(String text) {
    return new String(sound, StandardCharsets.ISO_8859_1).indexOf(text);
  }
}
