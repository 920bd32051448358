package io.harmonica.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.harmonica.router.Router;
import io.harmonica.router.RouterProvenance;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
class ConvertCommandTest {
  private final PrintStream systemOut = System.out;
  private final PrintStream systemErr = System.err;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir Path folder;

  @BeforeEach
  void capture() {
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void release() {
    System.setOut(systemOut);
    System.setErr(systemErr);
  }

  private static Path golden() {
    try {
      return Path.of(ConvertCommandTest.class.getResource("/goldens/dit-tiny/router.pt").toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static int convert(Path in, Path out) {
    return CommandLineApp.run("convert", in.toString(), out.toString());
  }

  private static int convert(String sampler, Path in, Path out) {
    return CommandLineApp.run("convert", "--sampler", sampler, in.toString(), out.toString());
  }

  @Test
  void bothDirections() throws IOException {
    Path ours = folder.resolve("ours.safetensors");
    Path python = folder.resolve("python.pt");
    assertThat(convert(golden(), ours)).isZero();
    assertThat(convert(ours, python)).isZero();
    assertThat(Router.read(python).logits()).isDeepEqualTo(Router.read(golden()).logits());
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .hasSize(2)
        .allMatch(
            line -> line.matches(".* -> .*: 10 steps x 8 branches, CUR .*% at threshold 0.1"));
  }

  @Test
  @ResourceLock(Resources.LOCALE)
  void numbersHavePointsWhateverTheLanguage() {
    Locale before = Locale.getDefault(Locale.Category.FORMAT);
    try {
      Locale.setDefault(Locale.Category.FORMAT, Locale.GERMANY);
      assertThat(convert(golden(), folder.resolve("ours.safetensors"))).isZero();
      assertThat(out.toString(StandardCharsets.UTF_8)).containsPattern("CUR \\d+\\.\\d%");
    } finally {
      Locale.setDefault(Locale.Category.FORMAT, before);
    }
  }

  @Test
  void badInputIsOneLineAndWritesNothing() throws IOException {
    Path noise = Files.writeString(folder.resolve("noise.pt"), "PK\u0003\u0004 and no more");
    Path target = folder.resolve("out.safetensors");
    assertBad(convert(noise, target), "noise.pt: ");
    assertBad(convert(folder.resolve("none.pt"), target), "there is no such file");
    assertBad(convert(folder, target), "it is a folder");
    assertBad(convert(golden(), folder.resolve("out.onnx")), "is of no known format");
    assertBad(convert(golden(), folder.resolve("no/such/out.pt")), "create ");
    assertThat(target).doesNotExist();
  }

  @Test
  void anotherSamplerIsWrittenDownBesideTheOneOfTheTraining() throws IOException {
    Path first = folder.resolve("first.safetensors");
    Path second = folder.resolve("second.safetensors");
    assertThat(convert("ddim", golden(), first)).isZero();
    assertThat(convert("sa", first, second)).isZero();
    RouterProvenance provenance = Router.read(second).provenance();
    assertThat(provenance.sampler()).isEqualTo("sa");
    assertThat(provenance.settings()).containsEntry("trained_with_sampler", "ddim");
    assertThat(Router.read(second).uncheckedPlan())
        .isEqualTo(Router.read(golden()).uncheckedPlan());
    assertBad(convert("plms", golden(), folder.resolve("third.pt")), "--sampler is plms, expected");
  }

  @Test
  void aRouterDoesNotOverwriteItself() throws IOException {
    Path copy = Files.copy(golden(), folder.resolve("copy.pt"));
    assertBad(convert(copy, copy), "would overwrite itself");
    assertThat(copy).hasSameBinaryContentAs(golden());
  }

  private void assertBad(int status, String fault) {
    assertThat(status).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .singleElement()
        .asString()
        .startsWith("harmonica: ")
        .contains(fault);
    err.reset();
  }
}
