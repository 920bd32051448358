package io.harmonica.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.files.Hashes;
import io.harmonica.plan.PlanTarget;
import io.harmonica.search.PlanSearchConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on the bundled model. */
final class CommandsTest {
  @TempDir private Path folder;

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  private static void assertDone(Cli result) {
    assertThat(result.status()).as(result.err()).isZero();
  }

  private static String[] training(String out, int trajectories) {
    return new String[] {
      "train",
      "--recipe",
      "paper",
      "--steps",
      "4",
      "--batch",
      "1",
      "--trajectories",
      Integer.toString(trajectories),
      "--learning-rate",
      "0.1",
      "--beta",
      "1e-3",
      "--refresh",
      "6",
      "--seed",
      "3",
      "--checkpoint-every",
      "1",
      "--out",
      out
    };
  }

  @Test
  void trainSampleInspect() throws IOException {
    assertDone(Cli.run(training(file("router.safetensors"), 8)));
    assertThat(folder.resolve("router.safetensors.checkpoint")).doesNotExist();
    Cli inspected = Cli.run("inspect", file("router.safetensors"));
    assertDone(inspected);
    assertThat(inspected.out())
        .contains("4 steps x 20 branches", "CUR", "theoretical speed-up", "attn", "ddim");

    Cli sampled =
        Cli.run(
            "sample",
            "--labels",
            "dress,1",
            "--steps",
            "4",
            "--guidance",
            "1.5",
            "--seed",
            "5",
            "--router",
            file("router.safetensors"),
            "--latents",
            file("x.safetensors"),
            "--out",
            file("pictures"));
    assertDone(sampled);
    assertThat(folder.resolve("pictures/00000-3-dress.png")).isNotEmptyFile();
    assertThat(folder.resolve("pictures/grid.png")).isNotEmptyFile();
    try (SafetensorsFile samples = SafetensorsFile.open(folder.resolve("x.safetensors"))) {
      assertThat(samples.info("samples").shape().getShape()).containsExactly(2, 1, 28, 28);
      assertThat(samples.metadata()).containsKeys("model_sha256", "seed", "library_version");
    }
  }

  @Test
  void trainsForASpeedUp() throws IOException {
    Cli trained =
        Cli.run(
            "train",
            "--steps",
            "4",
            "--target-speedup",
            "1.5",
            "--trajectories",
            "2",
            "--batch",
            "1",
            "--calibration",
            "1",
            "--refine-forwards",
            "40",
            "--weight-updates",
            "2",
            "--out",
            file("fast.safetensors"));
    assertDone(trained);
    assertThat(trained.out()).contains("theoretical speed-up 1.5");
    try (SafetensorsFile router = SafetensorsFile.open(folder.resolve("fast.safetensors"))) {
      assertThat(router.metadata()).containsEntry("setting.recipe", "harmonized");
    }
    Cli both =
        Cli.run(
            "train",
            "--steps",
            "4",
            "--target-speedup",
            "1.5",
            "--target-cur",
            "0.3",
            "--out",
            file("none.safetensors"));
    assertThat(both.status()).isEqualTo(2);
    assertThat(both.err()).contains("--target-speedup or --target-cur");
  }

  @Test
  void helpTellsTheDefaultsOfTheRecipe() {
    PlanSearchConfig usual = PlanSearchConfig.harmonized(PlanTarget.utilisation(4, 20, 0.3));
    Cli help = Cli.run("train", "--help");
    assertDone(help);
    assertThat(help.out().replaceAll("\\s+", " "))
        .contains(
            "(harmonized %d, paper 0)".formatted(usual.order()),
            "(harmonized: %d)".formatted(usual.updates()));
  }

  @Test
  void sameSeedSameBytesWhateverTheBatch() throws IOException {
    String[] together = sampling("a.safetensors", "3");
    String[] alone = sampling("b.safetensors", "3");
    assertDone(Cli.run(together));
    assertDone(Cli.run(alone));
    assertThat(Files.readAllBytes(folder.resolve("a.safetensors")))
        .isEqualTo(Files.readAllBytes(folder.resolve("b.safetensors")));
    assertDone(Cli.run(sampling("c.safetensors", "1")));
    assertDone(Cli.run(sampling("d.safetensors", "auto")));
    assertThat(Files.readAllBytes(folder.resolve("d.safetensors")))
        .as("all three fit into memory together")
        .isEqualTo(Files.readAllBytes(folder.resolve("a.safetensors")));
    try (SafetensorsFile one = SafetensorsFile.open(folder.resolve("a.safetensors"));
        SafetensorsFile three = SafetensorsFile.open(folder.resolve("c.safetensors"))) {
      float[] a = one.readFloats("samples");
      float[] b = three.readFloats("samples");
      for (int i = 0; i < a.length; i++) {
        assertThat(a[i]).isCloseTo(b[i], within(1e-3f));
      }
    }
  }

  private String[] sampling(String out, String batch) {
    return new String[] {
      "sample",
      "--labels",
      "0,5,9",
      "--steps",
      "3",
      "--batch",
      batch,
      "--seed",
      "11",
      "--latents",
      file(out)
    };
  }

  @Test
  void givenNoiseIsUsed() throws IOException {
    assertDone(Cli.run(sampling("first.safetensors", "3")));
    List<String> args = new ArrayList<>(Arrays.asList(sampling("second.safetensors", "3")));
    args.addAll(List.of("--noise", file("first.safetensors") + ":samples"));
    assertDone(Cli.run(args.toArray(new String[0])));
    try (SafetensorsFile first = SafetensorsFile.open(folder.resolve("first.safetensors"));
        SafetensorsFile second = SafetensorsFile.open(folder.resolve("second.safetensors"))) {
      assertThat(second.readFloats("samples")).isNotEqualTo(first.readFloats("samples"));
      assertThat(first.metadata()).containsKey("plan_sha256").doesNotContainKey("noise");
      assertThat(second.metadata())
          .containsEntry("noise", "first.safetensors:samples")
          .containsEntry(
              "noise_sha256", Hashes.of(Files.readAllBytes(folder.resolve("first.safetensors"))))
          .containsEntry("plan_sha256", first.metadata().get("plan_sha256"));
    }
  }

  @Test
  void aKilledTrainingResumesToTheSameRouter() throws IOException, InterruptedException {
    assertDone(Cli.run(training(file("whole.safetensors"), 16)));
    Path checkpoint = folder.resolve("killed.safetensors.checkpoint");
    Process process =
        CliProcess.start(folder.resolve("killed.log"), training(file("killed.safetensors"), 16));
    CliProcess.await(process, () -> Files.exists(checkpoint));
    process.destroyForcibly();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(checkpoint).exists();
    assertThat(folder.resolve("killed.safetensors")).as("killed before its end").doesNotExist();

    List<String> resumed = new ArrayList<>(Arrays.asList(training(file("killed.safetensors"), 16)));
    resumed.add("--resume");
    assertDone(Cli.run(resumed.toArray(new String[0])));
    assertThat(Files.readAllBytes(folder.resolve("killed.safetensors")))
        .isEqualTo(Files.readAllBytes(folder.resolve("whole.safetensors")));
  }

  @Test
  void doctorFindsEverything() {
    Cli result = Cli.run("doctor");
    assertDone(result);
    assertThat(result.out()).contains("PyTorch", "all is well");
    Cli other = Cli.run("doctor", "--device", "gpu:99");
    assertThat(other.status()).isEqualTo(2);
    assertThat(other.out()).contains("--device is gpu:99").doesNotContain("all is well");
  }
}
