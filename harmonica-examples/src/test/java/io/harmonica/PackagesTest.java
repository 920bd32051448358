package io.harmonica;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every package says what it is for and where to start reading. */
final class PackagesTest {

  @Test
  void packagesSayWhereToStart() throws IOException {
    Set<Path> packages = packages();
    assertThat(packages).hasSizeGreaterThan(20);
    for (Path folder : packages) {
      assertThat(folder.resolve("package-info.java"))
          .content()
          .as("%s", folder)
          .containsPattern("Start (with|reading at)\\s+(\\* )?\\{@link\\s");
    }
  }

  private static Set<Path> packages() throws IOException {
    Set<Path> packages = new TreeSet<>();
    for (String module : new String[] {"core", "dit", "train", "examples"}) {
      Path sources = Path.of("..", "harmonica-" + module, "src", "main", "java");
      try (Stream<Path> files = Files.walk(sources)) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .forEach(file -> packages.add(file.getParent()));
      }
    }
    return packages;
  }
}
