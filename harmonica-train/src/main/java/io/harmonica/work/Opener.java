package io.harmonica.work;

import java.io.IOException;
import java.io.Serializable;

/**
 * How a worker opens its bench, once, before its first piece. It travels to the worker by Java's
 * serialisation.
 *
 * @param <C> the bench, which the worker closes at its end
 */
@FunctionalInterface
public interface Opener<C extends AutoCloseable> extends Serializable {

  /**
   * Opens the bench.
   *
   * @param place which worker asks
   * @return the bench
   * @throws IOException if a file is missing or damaged
   * @throws IllegalArgumentException if the worker would give other answers than the rest
   */
  C open(Place place) throws IOException;
}
