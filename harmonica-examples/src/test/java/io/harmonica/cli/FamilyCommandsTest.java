package io.harmonica.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.checkpoint.torch.TorchFileWriter;
import io.harmonica.router.Router;
import io.harmonica.uvit.RandomUvit;
import io.harmonica.uvit.UvitConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every command that knows a model, on the flow model and on the U-ViT. */
final class FamilyCommandsTest {
  private static final String GOLDENS = "target/test-classes/goldens/";
  private static final String STEPS = "6";

  @TempDir private Path folder;

  /** Runs a command on a model at six steps; words are split at spaces, %s is the folder. */
  private Cli run(String model, String command, String words) {
    List<String> args = new ArrayList<>();
    args.addAll(List.of(command, "--model", GOLDENS + model, "--steps", STEPS));
    args.addAll(List.of(words.replace("%s", folder.toString()).split(" ")));
    return Cli.run(args.toArray(String[]::new));
  }

  private Cli works(String model, String command, String words) {
    Cli result = run(model, command, words);
    assertThat(result.status()).as(result.err()).isZero();
    return result;
  }

  private float[] samples(String name) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(name))) {
      float[] samples = file.readFloats("samples");
      assertThat(samples).hasSize(2 * 4 * 8 * 8).doesNotContain(Float.NaN);
      return samples;
    }
  }

  @ParameterizedTest
  @CsvSource({"sit-tiny/sit.safetensors, euler", "uvit-tiny/uvit.safetensors, dpm-singlestep"})
  void aRouterIsSearchedForInspectedAndFollowed(String model, String sampler) throws IOException {
    works(
        model,
        "train",
        "--target-speedup 1.5 --calibration 2 --refine 1 --refine-forwards 40"
            + " --weight-updates 2 --out %s/r.safetensors");
    Router router = Router.read(folder.resolve("r.safetensors"));
    assertThat(router.provenance().sampler()).isEqualTo(sampler);
    Cli inspected = Cli.run("inspect", folder.resolve("r.safetensors").toString());
    assertThat(inspected.out()).contains(sampler, "MB for each image");
    assertThat(inspected.out().contains("0.4 in cond + s (cond - uncond)"))
        .isEqualTo(model.startsWith("uvit"));
    works(model, "sample", "--labels 1,2 --latents %s/full");
    String routed = "--labels 1,2 --router %s/r.safetensors --latents %s/";
    works(model, "sample", routed + "routed");
    works(model, "sample", routed + "half --precision bfloat16");
    assertThat(samples("routed")).isNotEqualTo(samples("full"));
    assertThat(samples("half")).isNotEqualTo(samples("routed"));
    Cli refused = run(model, "sample", routed + "x --sampler dpmpp");
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err()).contains(sampler, "dpmpp");
    assertThat(folder.resolve("x")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "sit-tiny, sit.pt, heun, 20, 1.5, ode_heun_trajectory",
    "uvit-tiny, uvit.pth, dpm-fast, 10, 0.4, fast3_final"
  })
  void givenNoiseEndsWhereThePublicCodeEnds(
      String kind, String file, String sampler, String steps, String guidance, String name)
      throws IOException {
    Path golden = Path.of(GOLDENS, kind, "expected.safetensors");
    Cli sampled =
        Cli.run(
            "sample",
            "--model",
            GOLDENS + kind + "/" + file,
            "--steps",
            steps,
            "--labels",
            "7,4",
            "--guidance",
            guidance,
            "--sampler",
            sampler,
            "--noise",
            golden + ":noise",
            "--latents",
            folder.resolve("x").toString());
    assertThat(sampled.status()).as(sampled.err()).isZero();
    assertThat(sampled.err().contains("is taken as a SiT: the name sit."))
        .isEqualTo(kind.startsWith("sit"));
    assertThat(sampled.out().contains("guidance 0.4 in cond + s (cond - uncond)"))
        .isEqualTo(kind.startsWith("uvit"));
    float[] found = samples("x");
    try (SafetensorsFile expected = SafetensorsFile.open(golden)) {
      float[] all = expected.readFloats(name);
      float[] last = Arrays.copyOfRange(all, all.length - found.length, all.length);
      double largest = 0;
      for (float value : last) {
        largest = Math.max(largest, Math.abs(value));
      }
      assertThat(found).containsExactly(last, within((float) (1e-4 * largest)));
    }
  }

  @Test
  void aFileThatCouldBeBothIsTakenAsADitAndTheLogSaysSo() throws IOException {
    Path model = Files.copy(Path.of(GOLDENS, "sit-tiny/sit.safetensors"), folder.resolve("m"));
    Path config = folder.resolve("config.json");
    String json = Files.readString(Path.of(GOLDENS, "sit-tiny/config.json"));
    Files.writeString(config, json);
    String[] command = {
      "sample",
      "--model",
      model.toString(),
      "--config",
      config.toString(),
      "--steps",
      "2",
      "--labels",
      "1",
      "--latents",
      folder.resolve("x").toString()
    };
    assertThat(Cli.run(command).err()).contains("is taken as a DiT: nothing says");
    Files.writeString(config, json.replaceFirst("\\{", "{\"family\": \"dit\","));
    assertThat(Cli.run(command).err()).doesNotContain("is taken as");
    Files.writeString(config, json.replaceFirst("\\{", "{\"family\": \"sit\","));
    assertThat(Cli.run(command).err()).contains("is taken as a SiT: its configuration's family");
  }

  /** Of the published size, 29 blocks of two branches, and as slim as can be. */
  @Test
  void learningToCachesPublicRoutersAreShownAndFollowed() throws IOException {
    UvitConfig config = new UvitConfig(8, 4, 4, 8, 28, 1, 1, false, false, 3, false, true);
    Path model = folder.resolve("deep.safetensors");
    RandomUvit.writeSafetensors(model, config, 1);
    TorchFileWriter writer = new TorchFileWriter();
    for (int row = 0; row < 20; row++) {
      float[] logits = new float[58];
      for (int branch = 0; branch < logits.length; branch++) {
        logits[branch] = (row + branch) % 3 == 0 ? 16 : -16;
      }
      writer.put(row + ".prob", new Shape(logits.length), () -> logits);
    }
    Path router = folder.resolve("dpm20_router.pth");
    writer.write(router);
    Cli shown = Cli.run("inspect", router.toString());
    assertThat(shown.out()).contains("dpm-singlestep", "threshold", "0.9", "first calls of moves");
    String[] command = {
      "sample",
      "--model",
      model.toString(),
      "--steps",
      "20",
      "--labels",
      "1",
      "--router",
      router.toString(),
      "--latents",
      folder.resolve("x").toString()
    };
    Cli followed = Cli.run(command);
    assertThat(followed.status()).as(followed.err()).isZero();
    // Rows 1 to 9 count, of which two thirds of the 58 branches are reused, of 20 x 58 cells.
    assertThat(followed.out()).contains("CUR 30.0%");
    command[4] = "18";
    assertThat(Cli.run(command).err()).contains("18", "20");
  }

  @ParameterizedTest
  @CsvSource({"sit-tiny/sit.safetensors", "uvit-tiny/uvit.safetensors"})
  void whatTheLibraryCostsIsMeasured(String model) {
    Cli measured =
        Cli.run(
            "bench",
            "--model",
            GOLDENS + model,
            "--rounds",
            "1",
            "--steps",
            "2",
            "--only",
            "cached_efficiency_25,bf16_error,sdt_step_forwards");
    assertThat(measured.status()).as(measured.err()).isZero();
    assertThat(measured.out()).contains("cached_speedup_50", "bf16_error", "sdt_step_forwards");
  }

  @ParameterizedTest
  @CsvSource({"sit-tiny/sit.pt, 1", "uvit-tiny/uvit.pth, 0"})
  void thePublishedTrainingEndsInAPublicFile(String model, String unguided) throws IOException {
    works(model, "train", "--recipe paper --trajectories 2 --batch 2 --out %s/p.pt");
    works(model, "sample", "--labels 1,2 --router %s/p.pt --threshold 0.6 --latents %s/p");
    assertThat(samples("p")).isNotEmpty();
    works(
        model,
        "train",
        "--recipe paper --target-cur 0.3 --trajectories 2 --batch 2 --guidance "
            + unguided
            + " --out %s/t.safetensors");
    assertThat(Router.read(folder.resolve("t.safetensors")).uncheckedPlan().cacheUtilisation())
        .isBetween(0.25, 0.35);
  }

  @ParameterizedTest
  @CsvSource({"sit-tiny/sit.safetensors", "uvit-tiny/uvit.safetensors"})
  void rivalsAreCalibratedAndCompared(String model) throws IOException {
    works(model, "calibrate", "--batch 2 --out %s/s");
    works(model, "calibrate", "--method linear --interval 2 --halves --batch 2 --out %s/l");
    works(
        model,
        "compare",
        "--samples 4 --batch 2 --policy taylorseer:2:2 --policy smoothcache:cur=0.3:%s/s"
            + " --policy linear:%s/l --policy delta-dit:1:2:2 --policy random:0.3 --out %s/compared");
    String table = Files.readString(folder.resolve("compared/results.csv"));
    assertThat(table).contains("taylorseer:2:2", "smoothcache", "linear", "delta-dit", "random");
    for (String report : List.of("results.json", "report.html")) {
      assertThat(Files.readString(folder.resolve("compared/" + report)))
          .as(report)
          .matches(text -> text.contains("cond + s (cond - uncond)") == model.startsWith("uvit"));
    }
  }

  @ParameterizedTest
  @CsvSource({"sit-tiny/sit.safetensors", "uvit-tiny/uvit.safetensors"})
  void setsOfImagesAndAblationsRun(String model) {
    String vae = " --vae " + GOLDENS + "pixart-tiny/vae ";
    String set = "--count 3 --batch 2 --policy interval:2" + vae + "--out %s/set.npz";
    works(model, "sample-set", set);
    assertThat(folder.resolve("set.npz")).isNotEmptyFile();
    works(
        model,
        "ablate",
        "--variants sdt,harmonized --target-cur 0.3 --seeds 0 --paper-trajectories 1 --paper-batch 2"
            + " --samples 4 --batch 2 --calibration 2 --refine-forwards 20 --weight-updates 2 --out %s/ablation");
    assertThat(folder.resolve("ablation")).isNotEmptyDirectory();
  }
}
