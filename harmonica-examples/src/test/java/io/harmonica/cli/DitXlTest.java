package io.harmonica.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.harmonica.examples.DitXl;
import io.harmonica.router.Router;
import io.harmonica.router.RouterProvenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program for DiT-XL/2, on a model of its kind that is small enough. */
final class DitXlTest {
  private static final String MODEL = "target/test-classes/goldens/dit-tiny/dit.safetensors";
  private static final String VAE = "target/test-classes/goldens/pixart-tiny/vae";

  @TempDir private Path folder;

  private static Cli run(String... args) {
    return Cli.run(DitXl::run, args);
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void thePublicSettingsAreItsDefaults() throws IOException {
    String router = file("router.safetensors");
    Cli trained =
        run("train", "--model", MODEL, "--trajectories", "1", "--batch", "1", "--out", router);
    assertThat(trained.status()).as(trained.err()).isZero();
    RouterProvenance provenance = Router.read(Path.of(router)).provenance();
    assertThat(provenance.guidance()).isEqualTo(1.5);
    assertThat(provenance.threshold()).isEqualTo(0.1);
    assertThat(provenance.sampler()).isEqualTo("ddim");
    assertThat(provenance.settings())
        .containsEntry("steps", "10")
        .containsEntry("beta", "7.0E-8")
        .containsEntry("learning_rate", "0.01")
        .containsEntry("refresh_steps", "500")
        .containsEntry("lambda", "image_error")
        .containsEntry("student", "blend");

    Cli sampled =
        run(
            "sample",
            "--model",
            MODEL,
            "--vae",
            VAE,
            "--labels",
            "3",
            "--router",
            router,
            "--out",
            file("images"));
    assertThat(sampled.status()).as(sampled.err()).isZero();
    assertThat(folder.resolve("images/00000-label3.png")).isNotEmptyFile();

    Cli set =
        run(
            "sample-set",
            "--model",
            MODEL,
            "--vae",
            VAE,
            "--count",
            "2",
            "--router",
            router,
            "--out",
            file("set.npz"));
    assertThat(set.status()).as(set.err()).isZero();
    assertThat(Files.readString(folder.resolve("set.json")))
        .contains("\"guidance\": \"1.5\"", "\"steps\": \"10\"", "router router.safetensors");
  }

  @Test
  void itLooksForTheOfficialFiles() {
    Cli nothingThere = run("train", "--out", file("router.safetensors"));
    assertThat(nothingThere.status()).isEqualTo(2);
    assertThat(nothingThere.err()).contains("DiT-XL-2-256x256.pt, but there is no such file");
  }

  @Test
  void itHasNoOtherCommands() {
    assertThat(run("quickstart").status()).isEqualTo(2);
    assertThat(run().out())
        .contains("Usage: DitXl", "public settings", "sample-set")
        .doesNotContain("train-dit", "doctor");
  }
}
