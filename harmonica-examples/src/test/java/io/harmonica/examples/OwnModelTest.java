package io.harmonica.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.harmonica.router.Router;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program that gives an own model a router. */
final class OwnModelTest {
  @TempDir private Path folder;

  @Test
  void trainsARouterForTheModel() throws IOException {
    Path file = folder.resolve("router.safetensors");
    OwnModel.main(file.toString());
    Router router = Router.read(file);
    assertThat(router.uncheckedPlan().steps()).isEqualTo(10);
    assertThat(router.uncheckedPlan().branches()).isEqualTo(8);
    assertThat(router.uncheckedPlan().cacheUtilisation()).isBetween(0.2, 0.8);
    assertThat(router.provenance().model()).isEqualTo("own model");
    assertThat(router.provenance().settings()).containsEntry("trajectories", "5");
  }

  @Test
  void staysShort() throws IOException {
    Path source = Path.of("src/main/java/io/harmonica/examples/OwnModel.java");
    assertThat(Files.readAllLines(source)).hasSizeLessThan(80);
  }
}
