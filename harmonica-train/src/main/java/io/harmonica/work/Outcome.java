package io.harmonica.work;

import java.io.IOException;
import java.io.Serializable;
import java.util.Optional;

/**
 * What became of a piece: its answer, or why there is none. Such a failure would happen anywhere,
 * so nobody tries the piece again.
 *
 * @param <R> the answer
 * @serial exclude
 */
@SuppressWarnings("InvalidBlockTag") // a serialised form is no promise, wherever it is said
public final class Outcome<R> implements Serializable {
  private static final long serialVersionUID = 1;

  private final Kind kind;
  private final Object content;

  /** Null where nobody measured. */
  private final Effort effort;

  /** What the content is: the answer, or what is to be thrown with it as message. */
  private enum Kind {
    ANSWER,
    REFUSAL,
    FAILURE,
    BUG
  }

  /**
   * What an answer cost.
   *
   * @param worker who found it
   * @param first whether it was the first piece on the worker's bench
   * @param seconds that the piece ran, without the bench's opening
   */
  record Effort(String worker, boolean first, double seconds) implements Serializable {}

  private Outcome(Kind kind, Object content, Effort effort) {
    this.kind = kind;
    this.content = content;
    this.effort = effort;
  }

  static <R> Outcome<R> answer(R answer) {
    return new Outcome<>(Kind.ANSWER, answer, null);
  }

  static <R> Outcome<R> answer(R answer, Effort effort) {
    return new Outcome<>(Kind.ANSWER, answer, effort);
  }

  /** An argument was refused. */
  static <R> Outcome<R> refusal(String message) {
    return new Outcome<>(Kind.REFUSAL, message, null);
  }

  /** Reading or writing failed, or the worker. */
  static <R> Outcome<R> failure(String message) {
    return new Outcome<>(Kind.FAILURE, message, null);
  }

  /** The piece broke by a mistake of the program. */
  static <R> Outcome<R> bug(String trace) {
    return new Outcome<>(Kind.BUG, trace, null);
  }

  Optional<Effort> effort() {
    return Optional.ofNullable(effort);
  }

  /**
   * Returns the answer.
   *
   * @return the answer
   * @throws IOException if the piece could not read or write, or its workers died
   * @throws IllegalArgumentException if the piece or the worker's bench was refused
   * @throws IllegalStateException if the piece broke by a mistake of the program
   */
  @SuppressWarnings("unchecked") // an answer is what of() was given
  public R get() throws IOException {
    return switch (kind) {
      case ANSWER -> (R) content;
      case REFUSAL -> throw new IllegalArgumentException((String) content);
      case FAILURE -> throw new IOException((String) content);
      case BUG -> throw new IllegalStateException((String) content);
    };
  }
}
