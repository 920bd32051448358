package io.harmonica.cli.sampling;

import io.harmonica.text.CaptionEmbeddings;
import java.io.IOException;
import java.io.InputStream;
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
  private static final String BUNDLED = "/io/harmonica/cli/prompts.txt";
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
   * @param file UTF-8 text, or {@code bundled} for the list that the examples ship
   * @param negative the negative prompt
   * @return the prompts
   * @throws IOException if the file is missing, is not UTF-8 or cannot be read
   * @throws IllegalArgumentException if it holds no prompt
   */
  public static Prompts read(String file, String negative) throws IOException {
    List<String> lines =
        text(file).lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    if (lines.isEmpty()) {
      throw new IllegalArgumentException(file + " holds no prompt; write one a line");
    }
    return new Prompts(lines, negative);
  }

  private static String text(String file) throws IOException {
    if (file.equals("bundled")) {
      try (InputStream in = Prompts.class.getResourceAsStream(BUNDLED)) {
        if (in == null) {
          throw new IOException("the prompts are not on the class path; build the examples anew");
        }
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    }
    Path path = Path.of(file);
    if (Files.size(path) > MAX_BYTES) {
      throw new IOException(file + " is too large for a list of prompts; give fewer");
    }
    try {
      byte[] bytes = Files.readAllBytes(path);
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IOException(file + " is no text in UTF-8; save it as such", e);
    }
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
