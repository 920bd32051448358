package io.harmonica.text;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What images are asked for in words.
 *
 * @param asked the prompts, at least one and none of them blank
 * @param negative what guidance leads away from; mostly empty
 */
public record Prompts(List<String> asked, String negative) {
  private static final long MAX_BYTES = 1 << 26;

  /**
   * Checks the prompts.
   *
   * @param asked the prompts
   * @param negative the negative prompt
   * @throws IllegalArgumentException if there is none or one is blank
   */
  public Prompts {
    asked = List.copyOf(asked);
    if (asked.isEmpty()) {
      throw new IllegalArgumentException("there is no prompt; expected at least one");
    }
    for (int i = 0; i < asked.size(); i++) {
      if (asked.get(i).isBlank()) {
        throw new IllegalArgumentException(
            "prompt %d of %d is empty; say what the image is to show"
                .formatted(i + 1, asked.size()));
      }
    }
  }

  /**
   * Reads prompts from a text file, one a line; blank lines are left out.
   *
   * @param file UTF-8 text
   * @param negative the negative prompt
   * @return the prompts
   * @throws IOException if the file is missing, is not UTF-8 or cannot be read
   * @throws IllegalArgumentException if it holds no prompt
   */
  public static Prompts read(Path file, String negative) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException(file + " is too large for a list of prompts; give fewer");
    }
    try {
      byte[] bytes = Files.readAllBytes(file);
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return lines(file.toString(), text, negative);
    } catch (CharacterCodingException e) {
      throw new IOException(file + " is no text in UTF-8; save it as such", e);
    }
  }

  /**
   * Takes prompts from a text, one a line; blank lines are left out.
   *
   * @param name of the text, for messages
   * @param text the prompts
   * @param negative the negative prompt
   * @return the prompts
   * @throws IllegalArgumentException if it holds no prompt
   */
  public static Prompts lines(String name, String text, String negative) {
    List<String> lines = text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    if (lines.isEmpty()) {
      throw new IllegalArgumentException(name + " holds no prompt; write one a line");
    }
    return new Prompts(lines, negative);
  }

  /**
   * Refuses embeddings of other prompts.
   *
   * @param file where they come from, for the message
   * @param embeddings the embeddings
   * @throws IllegalArgumentException if prompts or negative prompt differ
   */
  public void requireFit(Path file, CaptionEmbeddings embeddings) {
    if (!embeddings.prompts().equals(asked) || !embeddings.negativePrompt().equals(negative)) {
      throw new IllegalArgumentException(
          "%s holds the embeddings of other prompts (%d, the first \"%s\"): leave out the prompts to use it, or name another file"
              .formatted(file, embeddings.size(), embeddings.prompts().get(0)));
    }
  }
}
