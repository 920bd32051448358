package io.harmonica.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Commands on a whole, tiny PixArt pipeline. */
final class PixArtCli {
  static final Path PIPELINE = Path.of("target/test-classes/goldens/pixart-tiny");

  private PixArtCli() {}

  static Cli run(String command, Object... more) {
    return run(PIPELINE, command, more);
  }

  static Cli run(Path pipeline, String command, Object... more) {
    List<String> args = new ArrayList<>(List.of(command, "--model", pipeline.toString()));
    Arrays.stream(more).map(Object::toString).forEach(args::add);
    return Cli.run(args.toArray(new String[0]));
  }

  static Cli works(Cli result) {
    assertThat(result.status()).as(result.err()).isZero();
    return result;
  }

  static void assertRefused(Cli result, String... parts) {
    assertThat(result.status()).as(result.err() + result.out()).isEqualTo(2);
    List<String> lines =
        result.err().lines().filter(line -> line.startsWith("harmonica: ")).toList();
    assertThat(lines).hasSize(1);
    assertThat(lines.get(0)).contains(parts);
    assertThat(result.err()).doesNotContain("\tat ");
  }

  static Object[] with(Object[] first, Object... more) {
    return Stream.concat(Arrays.stream(first), Arrays.stream(more)).toArray();
  }

  /** A pipeline of some of the parts, in a folder. */
  static Path copy(Path folder, String... parts) throws IOException {
    Path copy = Files.createTempDirectory(folder, "pipeline");
    Files.copy(PIPELINE.resolve("model_index.json"), copy.resolve("model_index.json"));
    for (String part : parts) {
      Files.createDirectory(copy.resolve(part));
      try (Stream<Path> files = Files.list(PIPELINE.resolve(part))) {
        for (Path file : files.toList()) {
          Files.copy(file, copy.resolve(part).resolve(file.getFileName()));
        }
      }
    }
    return copy;
  }
}
