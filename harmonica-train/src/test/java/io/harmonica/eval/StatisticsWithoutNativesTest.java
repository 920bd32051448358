package io.harmonica.eval;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who leaves ND4J's natives out is told what to add, each time. */
final class StatisticsWithoutNativesTest {

  /** What a user's program does, in a process of its own. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) {
      for (int i = 0; i < 2; i++) {
        try {
          System.out.println(FeatureStatistics.of(new float[][] {{0, 1}, {1, 0}, {2, 2}, {3, 1}}));
        } catch (IllegalStateException e) {
          System.out.println(e.getMessage());
        }
      }
    }
  }

  @Test
  void theMessageSaysWhatToAdd() throws IOException {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.matches(".*-(linux|macosx|windows)-(x86_64|arm64)\\.jar"))
            .collect(Collectors.joining(File.pathSeparator));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(java, "-cp", classPath, Program.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(out.lines())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).contains("nd4j-native", "javacpp", "openblas"));
  }
}
