package io.harmonica.cli;

import static io.harmonica.cli.PixArtCli.assertRefused;
import static io.harmonica.cli.PixArtCli.run;
import static io.harmonica.cli.PixArtCli.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.harmonica.checkpoint.tensor.TensorType;
import io.harmonica.pixart.PixArtConfig;
import io.harmonica.pixart.RandomPixArt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be wrong between a prompt and a picture. */
final class PixArtRefusalsTest {
  @TempDir private Path folder;

  private Path copy(String... parts) throws IOException {
    return PixArtCli.copy(folder, parts);
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
        "the model knows classes and no words");
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
        run(otherNetwork, "sample", rest), config.toString(), "norm_type = ada_norm_continuous");

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
}
