package io.harmonica.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.harmonica.router.Router;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the short programs on the small reference model. */
final class ProgramsTest {
  private static final int MOST_LINES = 80;

  @TempDir private Path folder;
  private String model;

  /** A main method. */
  @FunctionalInterface
  private interface Program {
    void start(String[] args) throws IOException;
  }

  @BeforeEach
  void copyModel() throws IOException {
    Path dit = golden("dit-tiny/dit.safetensors");
    Path vae = golden("pixart-tiny/vae/config.json").getParent();
    Path target = Files.createDirectories(folder.resolve("model/vae")).getParent();
    Files.copy(dit, target.resolve("dit.safetensors"));
    Files.copy(dit.resolveSibling("config.json"), target.resolve("config.json"));
    try (Stream<Path> files = Files.list(vae)) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve("vae").resolve(file.getFileName()));
      }
    }
    model = target.toString();
  }

  private static Path golden(String name) {
    try {
      return Path.of(ProgramsTest.class.getResource("/goldens/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String run(Program program, String... args) throws IOException {
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      program.start(args);
    } finally {
      System.setOut(before);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aRouterIsTrainedForASpeedUpAndUsed() throws IOException {
    Path router = folder.resolve("router.safetensors");
    String trained = run(TrainForSpeedup::main, model, "3", "1.4", router.toString());
    assertThat(trained).containsPattern("1\\.[4-9]\\dx as fast in theory");
    Path out = folder.resolve("out");
    run(SampleWithRouter::main, model, router.toString(), out.toString(), "3", "7");
    assertThat(out.resolve("00000-label3.png")).isNotEmptyFile();
    assertThat(out.resolve("00001-label7.png")).isNotEmptyFile();
  }

  @Test
  void aRouterIsTrainedAsPublished() throws IOException {
    Path file = folder.resolve("router.safetensors");
    String shown = run(TrainAsPublished::main, model, "4", "2", file.toString());
    assertThat(shown).contains("lambda by step: [", "trajectory 1: loss ", "trajectory 2: loss ");
    Router router = Router.read(file);
    assertThat(router.steps()).isEqualTo(4);
    assertThat(router.provenance().settings()).containsEntry("lambda", "image_error");
  }

  @Test
  void anOwnRuleIsFollowed() throws IOException {
    assertThat(run(OwnRule::main, model, "3"))
        .isEqualToNormalizingNewlines("2 images with this plan:\n########\n#.#.#.#.\n########\n");
  }

  @Test
  void policiesAreCompared() throws IOException {
    String table = run(ComparePolicies::main, model, "4", "4", "interval:2", "steps:2");
    assertThat(table.lines()).hasSize(3);
    assertThat(table).contains("full ", "interval:2 ", "steps:2 ", "2.00x in theory");
  }

  @Test
  void programsAreShort() throws IOException {
    Path sources = Path.of("src/main/java/io/harmonica/examples");
    try (Stream<Path> files = Files.list(sources)) {
      List<Path> programs = files.filter(file -> file.toString().endsWith(".java")).toList();
      assertThat(programs).hasSizeGreaterThan(5);
      for (Path program : programs) {
        assertThat(Files.readAllLines(program)).as("%s", program).hasSizeLessThan(MOST_LINES);
      }
    }
  }
}
