package io.harmonica.work;

import java.io.IOException;
import java.util.ServiceLoader;

/** A kind of cluster that lends workers. Kinds are found by Java's {@link ServiceLoader}. */
public interface Cluster {

  /** {@return what the kind is called, such as {@code spark}} */
  String name();

  /**
   * Asks a cluster for workers.
   *
   * @param master the cluster's address, in its own words
   * @param opener opens each worker's bench
   * @param <C> the bench
   * @return the workers, which the caller closes
   * @throws IOException if the cluster does not answer
   * @throws IllegalArgumentException if the address is none, or the cluster's software is not on
   *     the class path
   */
  <C extends AutoCloseable> Workers<C> workers(String master, Opener<? extends C> opener)
      throws IOException;

  /**
   * Finds a kind of cluster.
   *
   * @param name what it is called
   * @return the cluster
   * @throws IllegalArgumentException if there is no such kind
   */
  static Cluster named(String name) {
    return ServiceLoader.load(Cluster.class, Cluster.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .filter(cluster -> cluster.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("no cluster of the kind \"" + name + "\" is known"));
  }
}
