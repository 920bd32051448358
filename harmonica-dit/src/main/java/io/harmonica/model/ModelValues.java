package io.harmonica.model;

import io.harmonica.checkpoint.tensor.MalformedCheckpointException;

/** Checks of a model's configuration; every complaint names the value and what was expected. */
public final class ModelValues {
  private ModelValues() {}

  /**
   * Checks that a size is in range.
   *
   * @param name of the size
   * @param value the size
   * @param least the least that it may be
   * @param most the most that it may be
   * @throws IllegalArgumentException if it is not in range
   */
  public static void within(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s is %d, expected a whole number from %d to %d".formatted(name, value, least, most));
    }
  }

  /**
   * Checks a value that tells a kind of model from others.
   *
   * @param name of the value
   * @param found what the configuration has; an empty text if it is missing
   * @param expected what this kind of model has
   * @param otherwise what follows from another value, as the end of the message
   * @throws IllegalArgumentException if the two differ
   */
  public static void expect(String name, Object found, Object expected, String otherwise) {
    if (!found.equals(expected)) {
      String text = MalformedCheckpointException.quote(found.toString());
      throw new IllegalArgumentException(
          "the model's configuration has %s %s, expected %s: %s"
              .formatted(name, text.isEmpty() ? "missing" : "= " + text, expected, otherwise));
    }
  }
}
