package io.harmonica.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouterConversionTest {
  private static final RouterProvenance PROVENANCE =
      new RouterProvenance(
          "tiny",
          "0123abcd",
          "ddim",
          1.5,
          0.1,
          -7,
          "0.1.0",
          Map.of("beta", "7.0E-8", "steps", "7", "objective", "mean", "clip", "false", "n", "007"));

  @TempDir Path folder;

  private static Router scores() {
    float[][] logits = RandomRouters.logits(7, 5, new Random(1));
    logits[3][2] = -0.0f;
    logits[4][1] = Float.MIN_VALUE;
    return new Router(logits, PROVENANCE);
  }

  /** Floats compared by their bits. */
  private static void assertSame(Router actual, Router expected) {
    assertThat(bits(actual)).isDeepEqualTo(bits(expected));
    assertThat(actual.provenance()).isEqualTo(expected.provenance());
  }

  private static int[][] bits(Router scores) {
    float[][] logits = scores.logits();
    int[][] bits = new int[scores.steps()][scores.branches()];
    for (int step = 0; step < bits.length; step++) {
      for (int branch = 0; branch < bits[step].length; branch++) {
        bits[step][branch] = Float.floatToRawIntBits(logits[step][branch]);
      }
    }
    return bits;
  }

  @Test
  void toPythonAndBackNothingChanges() throws IOException {
    Path first = folder.resolve("first.safetensors");
    Path python = folder.resolve("python.PTH");
    Path last = folder.resolve("last.safetensors");
    scores().write(first);
    assertSame(Router.read(first), scores());
    Router.read(first).write(python);
    assertSame(Router.read(python), scores());
    Router.read(python).write(last);
    assertSame(Router.read(last), scores());
    assertThat(last).hasSameBinaryContentAs(first);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.pt", "a.pth", "a.safetensors", "a"})
  void theContentDecidesWhenReadingAndTheNameWhenWriting(String name) throws IOException {
    Path file = folder.resolve(name);
    scores().write(file);
    assertThat(Files.readString(file, StandardCharsets.ISO_8859_1).startsWith("PK"))
        .isEqualTo(name.contains(".pt"));
    Path disguised = Files.move(file, folder.resolve("disguised.bin"));
    assertSame(Router.read(disguised), scores());
  }

  @Test
  void aSettingCannotPoseAsAnArgument() throws IOException {
    RouterProvenance posing =
        new RouterProvenance("m", "", "", 2, 0.3, 1, "", Map.of("cfg_scale", "9", "tau", "0.9"));
    Path file = folder.resolve("posing.pt");
    new Router(new float[][] {{1}}, posing).write(file);
    RouterProvenance read = Router.read(file).provenance();
    assertThat(read.guidance()).isEqualTo(2);
    assertThat(read.threshold()).isEqualTo(0.3);
    assertThat(read.settings()).containsExactly(Map.entry("tau", "0.9"));
  }

  @Test
  void whatIsNoRouterIsRefused() throws IOException {
    assertThatThrownBy(() -> Router.read(folder))
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageContaining("a folder");
    assertThatThrownBy(() -> Router.read(folder.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
    SafetensorsWriter format = new SafetensorsWriter().metadata("format", "harmonica-router/1");
    assertRefused(format, "it is no harmonica-router/1 file");
    assertRefused(router().put("logits", new Shape(2), new float[2]), "expected (T, branches)");
    assertRefused(router().put("logits", new Shape(1L << 32, 0), new float[0]), "(T, branches)");
    assertRefused(router().put("logits", new Shape(0, 1L << 32), new float[0]), "(T, branches)");
    assertRefused(router().put("logits", new Shape(0, 3), new float[0]), "at least one step");
    assertRefused(sound().metadata("threshold", "x\u001b[2J\ny"), "x?[2J?y");
    assertRefused(sound().metadata("threshold", "-1"), "threshold is -1.0");
    assertRefused(sound().metadata("guidance", "NaN"), "guidance is NaN");
  }

  private static SafetensorsWriter router() {
    return new SafetensorsWriter().metadata("format", "harmonica-router/1");
  }

  private static SafetensorsWriter sound() {
    return router().put("logits", new Shape(1, 1), new float[1]);
  }

  private void assertRefused(SafetensorsWriter writer, String fault) throws IOException {
    Path file = folder.resolve("bad.safetensors");
    writer.write(file);
    assertThatThrownBy(() -> Router.read(file))
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(fault)
        .message()
        .doesNotContainPattern("\\p{Cntrl}");
  }

  /** Damaged files are read soundly or refused; an exception of another kind fails the test. */
  @ParameterizedTest
  @ValueSource(strings = {"router.pt", "router.safetensors"})
  void damagedFilesNeverFailOtherwise(String name) throws IOException {
    Path file = folder.resolve(name);
    scores().write(file);
    byte[] sound = Files.readAllBytes(file);
    Random random = new Random(5);
    int refused = 0;
    for (int attempt = 0; attempt < 600; attempt++) {
      byte[] damaged =
          attempt % 5 == 0 ? Arrays.copyOf(sound, random.nextInt(sound.length)) : sound.clone();
      for (int i = random.nextInt(4); i >= 0 && damaged.length > 0; i--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(128);
      }
      Files.write(file, damaged);
      try {
        Router.read(file).withThreshold(0.5).uncheckedPlan();
      } catch (MalformedCheckpointException e) {
        refused++;
        assertThat(e.getMessage()).doesNotContain("\n");
      }
    }
    assertThat(refused).isBetween(120, 599);
  }
}
