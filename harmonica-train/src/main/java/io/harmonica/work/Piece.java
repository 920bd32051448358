package io.harmonica.work;

import java.io.IOException;
import java.io.Serializable;

/**
 * A piece of work that knows all it needs but for the bench, such as a model, that its worker keeps
 * open. It travels to a worker by Java's serialisation, and so does its answer. Whoever runs it,
 * and however often, the answer is the same.
 *
 * @param <C> the bench that it works on
 * @param <R> its answer, which has to be serialisable
 */
@FunctionalInterface
public interface Piece<C, R> extends Serializable {

  /**
   * Does the work.
   *
   * @param bench what the worker keeps open
   * @return the answer
   * @throws IOException if a file cannot be read or written
   * @throws IllegalArgumentException if what it is asked for cannot be done, here or elsewhere
   */
  R run(C bench) throws IOException;
}
