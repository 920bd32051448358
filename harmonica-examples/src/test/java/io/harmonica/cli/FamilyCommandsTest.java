package io.harmonica.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.router.Router;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
