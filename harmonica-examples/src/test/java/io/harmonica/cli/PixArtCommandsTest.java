package io.harmonica.cli;

import static io.harmonica.cli.PixArtCli.PIPELINE;
import static io.harmonica.cli.PixArtCli.assertRefused;
import static io.harmonica.cli.PixArtCli.run;
import static io.harmonica.cli.PixArtCli.works;
import static org.assertj.core.api.Assertions.assertThat;

import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.router.Router;
import io.harmonica.text.EmbeddingsProvenance;
import io.harmonica.text.Prompts;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a prompt to a picture on a whole, tiny pipeline. */
final class PixArtCommandsTest {
  private static final String[] PROMPTS = {"a photo of a small red bird", "a city street at night"};

  @TempDir private Path folder;

  private static float[] samples(Path file) throws IOException {
    try (SafetensorsFile samples = SafetensorsFile.open(file)) {
      return samples.readFloats("samples");
    }
  }

  @Test
  void latentsAreThoseOfTheWholeReferencePipeline() throws IOException {
    Path latents = folder.resolve("latents");
    Path expected = PIPELINE.resolve("expected.safetensors");
    Object[] args = {
      "--prompt",
      PROMPTS[0],
      "--prompt",
      PROMPTS[1],
      "--steps",
      8,
      "--caption-tokens",
      12,
      "--text-precision",
      "float32",
      "--noise",
      expected + ":noise",
      "--latents",
      latents
    };
    works(run("sample", args));
    try (SafetensorsFile reference = SafetensorsFile.open(expected);
        SafetensorsFile written = SafetensorsFile.open(latents)) {
      float[] values = reference.readFloats("pipeline_latents");
      float[] found = written.readFloats("samples");
      float largest = 0;
      float worst = 0;
      for (int i = 0; i < values.length; i++) {
        largest = Math.max(largest, Math.abs(values[i]));
        worst = Math.max(worst, Math.abs(values[i] - found[i]));
      }
      assertThat(worst).isLessThan(1e-4f * largest);
      assertThat(written.metadata())
          .containsEntry("guidance", "4.5")
          .containsEntry("sampler", "dpmpp")
          .containsEntry("prompts", "[" + String.join(", ", PROMPTS) + "]");
    }
  }

  @Test
  void promptInPictureOutWithARouterTrainedOnPrompts() throws IOException {
    Path prompts = folder.resolve("prompts.txt");
    Files.writeString(prompts, "a tree\n\n  two cats on a sofa \na blue boat at sea\n");
    Path embeddings = folder.resolve("training.safetensors");
    Path router = folder.resolve("router.safetensors");
    Object[] training = {
      "--prompts",
      prompts,
      "--embeddings",
      embeddings,
      "--steps",
      4,
      "--trajectories",
      3,
      "--batch",
      2,
      "--learning-rate",
      0.5,
      "--beta",
      1,
      "--calibration",
      2,
      "--weight-updates",
      8,
      "--out",
      router
    };
    works(run("train", training));
    Router scores = Router.read(router);
    assertThat(scores.steps()).isEqualTo(4);
    assertThat(scores.branches()).isEqualTo(9);
    assertThat(scores.provenance().guidance()).isEqualTo(4.5);
    assertThat(scores.provenance().sampler()).isEqualTo("dpmpp");
    assertThat(scores.provenance().settings())
        .containsEntry("prompts", "3")
        .containsEntry(
            "prompts_sha256",
            EmbeddingsProvenance.sha256(
                List.of("a tree", "two cats on a sofa", "a blue boat at sea")))
        .containsEntry("negative_prompt", "")
        .containsEntry("layout_kinds", "SELF_ATTENTION,CROSS_ATTENTION,FEED_FORWARD")
        .containsEntry("height", "16");

    Path out = folder.resolve("pictures");
    Object[] sampling = {
      "--prompt",
      "a red bird!",
      "--prompt",
      "A Street",
      "--steps",
      4,
      "--router",
      router,
      "--against-full",
      "--out",
      out
    };
    Cli sampled = works(run("sample", sampling));
    double reused = 100 * scores.withThreshold(0.1).uncheckedPlan().cacheUtilisation();
    assertThat(reused).isPositive();
    assertThat(sampled.out())
        .contains("CUR %.1f%%".formatted(reused), "CUR 0.0%", "against no caching: x_0 differs by");
    for (String name : List.of("00000-a-red-bird.png", "00001-a-street.png")) {
      BufferedImage picture = ImageIO.read(out.resolve(name).toFile());
      assertThat(picture.getWidth()).isEqualTo(16);
    }
    assertThat(out.resolve("grid.png")).isNotEmptyFile();
    assertThat(out.resolve("full-and-cached.png")).isNotEmptyFile();
    Cli inspected = works(Cli.run("inspect", router.toString()));
    assertThat(inspected.out()).contains("cross").contains("prompts_sha256");
    assertRefused(
        run(
            "sample",
            "--prompt",
            "x",
            "--steps",
            4,
            "--sampler",
            "ddim",
            "--router",
            router,
            "--latents",
            folder.resolve("no")),
        "trained for the sampler dpmpp");
  }

  @Test
  void savedEmbeddingsNeedNoTextEncoder() throws IOException {
    Path embeddings = folder.resolve("embeddings.safetensors");
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");
    works(
        run(
            "sample",
            "--prompt",
            PROMPTS[0],
            "--negative-prompt",
            "blurry",
            "--embeddings",
            embeddings,
            "--steps",
            2,
            "--latents",
            first));
    Path bare = PixArtCli.copy(folder, "transformer", "scheduler");
    works(run(bare, "sample", "--embeddings", embeddings, "--steps", 2, "--latents", second));
    assertThat(samples(second)).containsExactly(samples(first));
    works(run("sample", "--prompt", PROMPTS[0], "--steps", 2, "--latents", second));
    assertThat(samples(second)).as("the negative prompt matters").isNotEqualTo(samples(first));
    assertRefused(
        run(
            "sample",
            "--prompt",
            "another",
            "--embeddings",
            embeddings,
            "--steps",
            2,
            "--latents",
            second),
        embeddings.toString(),
        "other prompts",
        PROMPTS[0]);
    assertRefused(
        run(
            "sample",
            "--embeddings",
            embeddings,
            "--caption-tokens",
            20,
            "--steps",
            2,
            "--latents",
            second),
        "--caption-tokens is 20",
        "saved with 120");
    assertRefused(
        run(
            "sample",
            "--embeddings",
            embeddings,
            "--negative-prompt",
            "sharp",
            "--steps",
            2,
            "--latents",
            second),
        "--negative-prompt is \"sharp\"",
        "saved with \"blurry\"");
    // Without embeddings the text encoder is missed.
    assertRefused(
        run(bare, "sample", "--prompt", "a tree", "--steps", 2, "--latents", second),
        bare.toString(),
        "tokenizer");
  }

  @Test
  void otherSizesAreAskedForInPixels() throws IOException {
    Path latents = folder.resolve("wide");
    works(
        run(
            "sample",
            "--prompt",
            "a tree",
            "--steps",
            2,
            "--height",
            8,
            "--width",
            24,
            "--latents",
            latents));
    try (SafetensorsFile samples = SafetensorsFile.open(latents)) {
      assertThat(samples.info("samples").shape().getShape()).containsExactly(1, 4, 4, 12);
    }
    assertRefused(
        run("sample", "--prompt", "a tree", "--steps", 2, "--width", 10, "--latents", latents),
        "--width is 10, expected a multiple of 4 pixels");
  }

  @Test
  void whatWasCutIsSaid() {
    Path latents = folder.resolve("cut");
    Cli result =
        works(
            run(
                "sample",
                "--prompt",
                "a tree and a house and a river",
                "--caption-tokens",
                5,
                "--steps",
                2,
                "--latents",
                latents));
    assertThat(result.err())
        .contains("the prompt \"a tree and a house and a river\" is longer than 5 tokens")
        .contains("left out: \"")
        .contains("river\"");
  }

  @Test
  void ourOwnPromptsAreShipped() throws IOException {
    Prompts shipped = TrainedModelOptions.bundled("");
    assertThat(shipped.asked()).hasSizeBetween(50, 100).doesNotHaveDuplicates();
  }
}
