package io.harmonica.cli.work;

import io.harmonica.text.CaptionEmbeddings;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;

/**
 * Encoded prompts in a file that other processes read.
 *
 * @param path where it is, absolute
 * @param prompts the checksum that names the prompts
 */
public record CaptionFile(String path, String prompts) implements Serializable {

  /**
   * Describes a file.
   *
   * @param path where it is
   * @param captions what it holds
   * @return the description
   */
  public static CaptionFile of(Path path, CaptionEmbeddings captions) {
    return new CaptionFile(ModelSpec.absolute(path), captions.promptsHash());
  }

  /** Opens the file, and refuses one that holds other prompts. */
  CaptionEmbeddings open() throws IOException {
    CaptionEmbeddings found = CaptionEmbeddings.open(Path.of(path));
    if (!found.promptsHash().equals(prompts)) {
      found.close();
      throw new IllegalArgumentException(
          path + " holds other prompts here than the driver's; give every worker the same file");
    }
    return found;
  }
}
