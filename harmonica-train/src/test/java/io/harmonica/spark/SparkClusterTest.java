package io.harmonica.spark;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.harmonica.work.Opener;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a cluster says that is not there. */
final class SparkClusterTest {
  private static URL url(String entry) {
    try {
      return Path.of(entry).toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(entry, e);
    }
  }

  /** As {@code java -jar harmonica.jar} is without the profile that brings Spark. */
  @Test
  void withoutSparkOneLineSaysWhereItComesFrom() throws IOException, ReflectiveOperationException {
    URL[] entries =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !Path.of(entry).getFileName().toString().matches("(spark|scala)-.*"))
            .map(SparkClusterTest::url)
            .toArray(URL[]::new);
    try (URLClassLoader loader =
        new URLClassLoader(entries, ClassLoader.getPlatformClassLoader())) {
      Class<?> type = loader.loadClass(SparkCluster.class.getName());
      Class<?> opener = loader.loadClass(Opener.class.getName());
      Object cluster = type.getDeclaredConstructor().newInstance();
      assertThatThrownBy(
              () -> type.getMethod("workers", String.class, opener).invoke(cluster, "yarn", null))
          .cause()
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("Spark is not on the class path: build with ./mvnw package");
    }
  }
}
