package io.harmonica.checkpoint.tensor;

import java.io.IOException;

/**
 * A checkpoint that cannot be used as it is: damaged, of an unknown kind, or without what was asked
 * of it. The message is one line that names the file, the fault, its place and the way out.
 */
public class MalformedCheckpointException extends IOException {

  private static final long serialVersionUID = 1L;

  private static final int QUOTED = 120;

  /** The file at fault. */
  private final String file;

  /** The byte in the file where the fault was noticed, or -1. */
  private final long offset;

  /** What the user can do. */
  private final String remedy;

  /**
   * Makes the exception.
   *
   * @param file the file at fault
   * @param problem what is wrong
   * @param offset the byte in the file where it was noticed, or -1 if unknown
   * @param remedy what the user can do
   */
  public MalformedCheckpointException(String file, String problem, long offset, String remedy) {
    this(file, problem, offset, null, remedy);
  }

  /**
   * Makes the exception for a fault of one tensor.
   *
   * @param file the file at fault
   * @param problem what is wrong
   * @param offset the byte in the file where it was noticed, or -1 if unknown
   * @param tensor the tensor at fault, or null
   * @param remedy what the user can do
   */
  public MalformedCheckpointException(
      String file, String problem, long offset, String tensor, String remedy) {
    super(
        file
            + ": "
            + problem
            + (offset < 0 ? "" : " at byte " + offset)
            + (tensor == null ? "" : " (tensor " + quote(tensor) + ")")
            + "; "
            + remedy);
    this.file = file;
    this.offset = offset;
    this.remedy = remedy;
  }

  /** {@return the file at fault: its path, or a display name for content that is not a file} */
  public String file() {
    return file;
  }

  /** {@return where in the file the fault was noticed: a byte offset, or -1 if unknown} */
  public long offset() {
    return offset;
  }

  /** {@return what the user can do: an instruction without a closing full stop} */
  public String remedy() {
    return remedy;
  }

  /**
   * Makes text that came from a file fit to be shown: one line, of bounded length.
   *
   * @param text anything
   * @return the text without control characters, cut where it is long
   */
  public static String quote(String text) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < Math.min(text.length(), QUOTED); i++) {
      char c = text.charAt(i);
      shown.append(Character.isISOControl(c) || Character.isSurrogate(c) ? '?' : c);
    }
    return text.length() > QUOTED ? shown.append("...").toString() : shown.toString();
  }
}
