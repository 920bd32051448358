package io.harmonica.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.harmonica.checkpoint.SafetensorsFile;
import io.harmonica.checkpoint.TensorType;
import io.harmonica.examples.sampling.Prompts;
import io.harmonica.pixart.PixArtConfig;
import io.harmonica.pixart.RandomPixArt;
import io.harmonica.router.RouterFile;
import io.harmonica.router.RouterScores;
import io.harmonica.text.EmbeddingsProvenance;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a prompt to a picture on a whole, tiny pipeline, and what can be wrong on the way. */
final class PixArtCommandsTest {
  private static final Path PIPELINE = Path.of("target/test-classes/goldens/pixart-tiny");
  private static final String[] PROMPTS = {"a photo of a small red bird", "a city street at night"};

  @TempDir private Path folder;

  private static Cli run(String command, Object... more) {
    return run(PIPELINE, command, more);
  }

  private static Cli run(Path pipeline, String command, Object... more) {
    List<String> args = new ArrayList<>(List.of(command, "--model", pipeline.toString()));
    Arrays.stream(more).map(Object::toString).forEach(args::add);
    return Cli.run(args.toArray(new String[0]));
  }

  private static Cli works(Cli result) {
    assertThat(result.status()).as(result.err()).isZero();
    return result;
  }

  private static void assertRefused(Cli result, String... parts) {
    assertThat(result.status()).as(result.err() + result.out()).isEqualTo(2);
    List<String> lines =
        result.err().lines().filter(line -> line.startsWith("harmonica: ")).toList();
    assertThat(lines).hasSize(1);
    assertThat(lines.get(0)).contains(parts);
    assertThat(result.err()).doesNotContain("\tat ");
  }

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
      "--out",
      router
    };
    works(run("train", training));
    RouterScores scores = RouterFile.read(router);
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
    double reused = 100 * scores.plan(0.1).cacheUtilisation();
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
    Path bare = copy("transformer", "scheduler");
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
    // Without embeddings the text encoder is missed.
    assertRefused(
        run(bare, "sample", "--prompt", "a tree", "--steps", 2, "--latents", second),
        bare.toString(),
        "tokenizer");
  }

  /** A pipeline of some of the parts. */
  private Path copy(String... parts) throws IOException {
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
  void badPromptsAreNamed() throws IOException {
    Path latents = folder.resolve("x");
    Object[] rest = {"--steps", 2, "--latents", latents};
    assertRefused(run("sample", with(rest, "--prompt", " ")), "prompt 1 of 1 is empty");
    assertRefused(
        run("sample", with(rest, "--prompt", "a tree", "--prompt", "")), "prompt 2 of 2 is empty");
    assertRefused(run("sample", rest), "there is no prompt: give --prompt TEXT");
    assertRefused(
        run("sample", with(rest, "--prompt", "@somebody")),
        "nothing is left of the prompt \"@somebody\" after cleaning");
    assertRefused(run("sample", with(rest, "--labels", "1")), "give --prompt TEXT instead");
    assertRefused(
        Cli.run("sample", "--prompt", "a", "--steps", "2", "--latents", latents.toString()),
        "the model is a DiT, which knows classes and no words");
    assertRefused(
        Cli.run("sample", "--steps", "2", "--latents", latents.toString()), "--labels 1,2");
    assertRefused(
        Cli.run(
            "sample",
            "--labels",
            "1",
            "--width",
            "8",
            "--steps",
            "2",
            "--latents",
            latents.toString()),
        "--height and --width are for PixArt");
    Path empty = Files.writeString(folder.resolve("empty.txt"), "\n \n");
    Object[] training = {"--steps", 2, "--out", folder.resolve("r.safetensors"), "--prompts"};
    assertRefused(run("train", with(training, empty)), "empty.txt holds no prompt");
    Path latin = folder.resolve("latin.txt");
    Files.write(latin, "caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
    assertRefused(run("train", with(training, latin)), "latin.txt is no text in UTF-8");
    assertRefused(run("train", with(training, folder.resolve("none.txt"))), "none.txt");
    assertThat(latents).doesNotExist();
  }

  private static Object[] with(Object[] first, Object... more) {
    return Stream.concat(Arrays.stream(first), Arrays.stream(more)).toArray();
  }

  @Test
  void badPipelinesAreNamed() throws IOException {
    Object[] rest = {"--prompt", "a tree", "--steps", 2, "--latents", folder.resolve("x")};
    Path foreign = copy("transformer", "scheduler");
    Path index = foreign.resolve("model_index.json");
    Files.writeString(index, "{\"_class_name\": \"FluxPipeline\"}");
    assertRefused(
        run(foreign, "sample", rest), index.toString(), "FluxPipeline", "PixArtAlphaPipeline");

    Path otherNetwork = copy("transformer", "scheduler");
    Path config = otherNetwork.resolve("transformer/config.json");
    Files.writeString(
        config, Files.readString(config).replace("ada_norm_single", "ada_norm_continuous"));
    assertRefused(
        run(otherNetwork, "sample", rest), config.toString(), "norm_type ada_norm_continuous");

    Path otherScheduler = copy("transformer", "scheduler");
    Path schedule = otherScheduler.resolve("scheduler/scheduler_config.json");
    Files.writeString(
        schedule, Files.readString(schedule).replace("\"solver_order\": 2", "\"solver_order\": 3"));
    assertRefused(run(otherScheduler, "sample", rest), schedule.toString(), "solver_order 3");

    Path wrongTokenizer = copy("transformer", "scheduler", "tokenizer", "text_encoder");
    Files.writeString(wrongTokenizer.resolve("tokenizer/spiece.model"), "{\"vocab\": {}}");
    assertRefused(run(wrongTokenizer, "sample", rest), "spiece.model");

    Path noEncoder = copy("transformer", "scheduler", "tokenizer");
    assertRefused(run(noEncoder, "sample", rest), "text_encoder");

    Path missingShard = folder.resolve("random");
    PixArtConfig small = new PixArtConfig(8, 2, 4, 8, 2, 12, 2, 16, 1, false);
    RandomPixArt.write(missingShard, small, TensorType.F32, 20_000, 1);
    try (Stream<Path> shards = Files.list(missingShard.resolve("transformer"))) {
      Files.delete(
          shards.filter(file -> file.toString().contains("-00001-of-")).findFirst().orElseThrow());
    }
    assertRefused(run(missingShard, "sample", rest), "-00001-of-", "missing");
  }

  @Test
  void impossibleRandomModelsAreRefused() {
    String out = folder.resolve("random").toString();
    assertRefused(Cli.run("random-pixart", "--size", "250", "--out", out), "--size is 250");
    assertRefused(Cli.run("random-pixart", "--shard", "0", "--out", out), "--shard is 0");
    assertRefused(Cli.run("random-pixart", "--type", "i8", "--out", out), "--type is i8");
  }

  @Test
  void ourOwnPromptsAreShipped() throws IOException {
    Prompts shipped = Prompts.read("bundled", "");
    assertThat(shipped.asked()).hasSizeBetween(50, 100).doesNotHaveDuplicates();
  }
}
