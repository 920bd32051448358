package io.harmonica.spark;

import io.harmonica.work.Cluster;
import io.harmonica.work.Opener;
import io.harmonica.work.Workers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Locale;

/**
 * Spark: a piece of work is a task, and each executor keeps one bench. What Spark is told by system
 * properties, as {@code spark-submit} does, holds.
 */
public final class SparkCluster implements Cluster {
  private static final String STANDALONE = "spark://";

  /** What Spark can take for one: other clusters plug in by a scheme of theirs. */
  private static final String MASTER =
      "local(\\[[\\d*, ]+\\])?|local-cluster\\[.+\\]|yarn|\\w+://.+";

  private static final int DEFAULT_PORT = 7077;
  private static final int PATIENCE_MILLIS = 10_000;

  /** For {@link java.util.ServiceLoader}. */
  public SparkCluster() {}

  @Override
  public String name() {
    return "spark";
  }

  @Override
  public <C extends AutoCloseable> Workers<C> workers(String master, Opener<? extends C> opener)
      throws IOException {
    requireAnswer(master);
    try {
      return SparkWorkers.start(master, opener);
    } catch (IllegalAccessError | ExceptionInInitializerError e) {
      throw new IllegalArgumentException(
          "Spark may not look into the JDK: start with java -jar, whose manifest lets it, or give"
              + " Spark's own list of --add-opens",
          e);
    } catch (NoClassDefFoundError e) {
      throw new IllegalArgumentException(
          "Spark is not on the class path: build with ./mvnw package -P spark, or start with"
              + " spark-submit",
          e);
    }
  }

  /** Spark itself would try for a minute, and then say it in many lines. */
  private static void requireAnswer(String master) throws IOException {
    if (!master.matches(MASTER)) {
      throw notAMaster(master);
    }
    if (!master.startsWith(STANDALONE)) {
      return;
    }
    IOException failure = null;
    for (String address : master.substring(STANDALONE.length()).split(",", -1)) {
      try (Socket socket = new Socket()) {
        socket.connect(resolved(master, address), PATIENCE_MILLIS);
        return;
      } catch (IOException e) {
        failure = e;
      }
    }
    throw new IOException(
        "the Spark master %s does not answer (%s); check its address, or start it"
            .formatted(
                master, String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT).strip()),
        failure);
  }

  private static InetSocketAddress resolved(String master, String address) throws IOException {
    int colon = address.lastIndexOf(':');
    String host = colon < 0 ? address : address.substring(0, colon);
    String port = colon < 0 ? Integer.toString(DEFAULT_PORT) : address.substring(colon + 1);
    if (host.isEmpty() || !port.matches("\\d{1,5}")) {
      throw notAMaster(master);
    }
    InetSocketAddress found = new InetSocketAddress(host, Integer.parseInt(port));
    if (found.isUnresolved()) {
      throw new IOException("there is no host " + host);
    }
    return found;
  }

  private static IllegalArgumentException notAMaster(String master) {
    return new IllegalArgumentException(
        "the Spark master is %s, expected for example spark://host:7077".formatted(master));
  }
}
