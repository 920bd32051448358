package io.harmonica.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.harmonica.router.Router;
import io.harmonica.router.RouterProvenance;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad input gives one clear line on stderr and exit status 2. */
final class BadInputTest {
  private static final int BRANCHES = 20;

  @TempDir private Path folder;

  private static void assertRefused(Cli result, String... parts) {
    assertThat(result.status()).as(result.err()).isEqualTo(2);
    String last = result.err().strip();
    assertThat(last.lines().filter(line -> line.startsWith("harmonica: "))).hasSize(1);
    assertThat(last).contains(parts).doesNotContain("\tat ");
  }

  static Stream<String> wrongOptions() {
    return Stream.of(
        "sample --labels 10 --steps 4 --latents X|label 10 is out of range, expected 0 to 9",
        "sample --labels -1 --steps 4 --latents X|label -1 is out of range",
        "sample --labels 1 --steps 0 --latents X|steps is 0, expected 1 to 1000",
        "sample --labels 1 --steps 1001 --latents X|steps is 1001",
        "sample --labels 1 --steps 4|nothing to write",
        "sample --labels one --steps 4 --latents X|one",
        "sample --labels 1 --steps 4 --guidance 0.5 --latents X|guidance scale is 0.5",
        "sample --labels 1 --steps 4 --policy fast --latents X|policy \"fast\" is unknown",
        "sample --labels 1 --steps 4 --policy interval:x --latents X|needs a whole number",
        "sample --labels 1 --steps 4 --policy interval:0 --latents X|interval is 0",
        "sample --labels 1 --steps 4 --sampler fast --latents X|sampler \"fast\" is unknown",
        "sample --labels 1 --steps 4 --threshold 0.5 --latents X|--threshold needs a --router",
        "sample --labels 1 --steps 4 --batch 0 --latents X|--batch is 0",
        "sample --labels 1 --steps 4 --batch all --latents X|--batch is all",
        "sample --labels 1 --steps 4 --device gpu:99 --latents X|--device is gpu:99",
        "sample --labels 1 --steps 4 --device tpu --latents X|--device is tpu",
        "train --steps 4 --out X --recipe paper --beta -1|beta is -1",
        "train --steps 4 --out X --recipe paper --learning-rate 0|learning rate is 0",
        "train --steps 4 --out X --recipe paper --threshold 1.5|threshold is 1.5",
        "train --steps 4 --out X --recipe paper --lambda wrong|--lambda is wrong, expected one of uniform",
        "train --steps 4 --out X --trajectories 0|trajectories is 0",
        "train --steps 4 --out X --batch 2|--batch is of step-wise training",
        "train --steps 4 --out X --threshold 0.5|--threshold is of step-wise training",
        "train --steps 4 --out X --lambda uniform|--lambda is of step-wise training",
        "train --steps 4 --out X.pt|x.safetensors.pt, but this recipe's routers have forecasts",
        "train --steps 4 --recipe paper --order 1 --out X.pth|or give --order 0",
        "train --steps 4 --out X --recipe paper --calibration 4|--calibration is of --recipe harmonized",
        "train --steps 4 --out X --recipe paper --refine-forwards 9|--refine-forwards is of",
        "train --steps 4 --out X --recipe paper --weights learned|--weights is of --recipe harmonized",
        "train --steps 4 --out X --weights taylor --weight-updates 3|--weight-updates is 3",
        "train --steps 4 --out X --cost milliseconds|give --target-speedup, or leave it out",
        "train --steps 4 --out X --family dit|describe a model of yours, and --model is \"bundled\"",
        "sample --prompt fox --steps 4 --latents X --model /no/such|--model is /no/such, but there is",
        "sample --labels 1 --steps 4 --out X --vae /no/such|--vae is /no/such, but there is no such",
        "compare --steps 4 --policy full --policy interval:2 --out X --vae /no/such|--vae is /no/such",
        "sample-set --steps 4 --out X.npz --vae /no/such|--vae is /no/such, but there is no such",
        "train --out X|--steps",
        "quickstart --images 1|--images is 1, expected at least 2",
        "compare --steps 4 --out X|nothing to compare",
        "compare --steps 4 --policy full --out X|nothing to compare",
        "compare --steps 4 --policy interval:2|--out",
        "compare --steps 4 --policy interval:2 --samples 1 --out X|samples is 1",
        "compare --steps 4 --policy interval:2 --batch 0 --out X|batch is 0",
        "compare --steps 4 --policy steps:x --out X|steps:14",
        "compare --steps 4 --policy steps:2000 --out X|steps is 2000",
        "compare --steps 4 --policy interval:2 --policy interval:2 --out X|two candidates",
        "compare --steps 4 --policy fast --out X|policy \"fast\" is unknown",
        "compare --steps 4 --router name=/no/such/file --out X|/no/such/file",
        "train-l2c --steps 4 --out X --images /no/such|give the folder with Fashion-MNIST's IDX files",
        "doctor --self-test --json /no/such/x.json|create /no/such first",
        "random-clip --out /proc/x|/proc/x cannot be created",
        "train --steps 4 --out X --target_speedup 3|did you mean --target-speedup, --target-cur?",
        "sampel --labels 1|did you mean sample",
        "doctor --zzz|Unknown option: '--zzz'; \"harmonica doctor --help\" lists what there is",
        "inspect X Y|\"harmonica inspect --help\" lists what there is",
        "nonsense|nonsense");
  }

  @ParameterizedTest
  @MethodSource("wrongOptions")
  void wrongOptionsAreNamed(String line) {
    String[] parts = line.split("\\|", -1);
    String[] args =
        parts[0].replace("X", folder.resolve("x.safetensors").toString()).split(" ", -1);
    if (args[0].equals("quickstart")) {
      args = concat(args, "--out", folder.toString());
    }
    assertRefused(Cli.run(args), parts[1]);
  }

  private static String[] concat(String[] first, String... rest) {
    return Stream.concat(Arrays.stream(first), Arrays.stream(rest)).toArray(String[]::new);
  }

  private Cli sample(String... more) {
    return Cli.run(
        concat(
            new String[] {
              "sample",
              "--labels",
              "1",
              "--steps",
              "4",
              "--latents",
              folder.resolve("out.safetensors").toString()
            },
            more));
  }

  @Test
  void messagesDoNotCommandTheTerminal() {
    Cli result = sample("--policy", "fast\u001b[2J\u009b");
    assertRefused(result, "policy \"fast?[2J?\" is unknown");
    assertThat(result.err()).doesNotContain("\u001b", "\u009b");
  }

  @Test
  void missingFiles() {
    assertRefused(sample("--model", "/no/such/model.safetensors"), "/no/such/model.safetensors");
    assertRefused(sample("--router", "/no/such/router.safetensors"), "/no/such/router");
    assertRefused(sample("--noise", "/no/such/noise.safetensors"), "/no/such/noise");
    assertRefused(Cli.run("inspect", "/no/such/router.safetensors"), "/no/such/router");
  }

  /** A model and a text encoder can take a minute; a wrong name shows before they are read. */
  @Test
  void aPolicyIsReadBeforeTheModel() {
    String[] places = {"--model", "/no/such/model", "--router", "/no/such/router"};
    assertRefused(sample(places), "/no/such/router");
    String[] set = {"sample-set", "--steps", "4", "--out", folder.resolve("x.npz").toString()};
    assertRefused(Cli.run(concat(set, places)), "/no/such/router");
    String[] compare = {"compare", "--steps", "4", "--out", folder.resolve("compared").toString()};
    assertRefused(Cli.run(concat(compare, places)), "/no/such/router");
  }

  @Test
  void unwritablePlaces() throws IOException {
    assertRefused(
        Cli.run("sample", "--labels", "1", "--steps", "4", "--latents", "/no/such/x.safetensors"),
        "/no/such");
    Path file = Files.createFile(folder.resolve("file"));
    assertRefused(Cli.run("quickstart", "--out", file.toString()), "is a file, not a folder");
    assertRefused(Cli.run("train", "--steps", "4", "--out", "/proc/router.safetensors"), "/proc");
  }

  @Test
  void aRouterForAnotherRun() throws IOException {
    Path router = router(8, BRANCHES, "", "ddim");
    assertRefused(sample("--router", router.toString()), "for 8 steps", "this run has 4");
    router = router(4, 3, "", "ddim");
    assertRefused(sample("--router", router.toString()), "for 3 branches", "has 20");
    router = router(4, BRANCHES, "abcdef", "ddim");
    assertRefused(sample("--router", router.toString()), "abcdef", "this run has");
    router = router(4, BRANCHES, "", "ddpm");
    assertRefused(sample("--router", router.toString()), "sampler ddpm", "this run has ddim");
    String out = folder.resolve("compared").toString();
    assertRefused(
        Cli.run("compare", "--steps", "4", "--router", "r=" + router, "--out", out),
        "sampler ddpm",
        "this run has ddim");
    assertThat(folder.resolve("compared")).isEmptyDirectory();
  }

  private Path router(int steps, int branches, String hash, String sampler) throws IOException {
    Path file = folder.resolve("router-%d-%d-%s-%s".formatted(steps, branches, hash, sampler));
    RouterProvenance provenance =
        new RouterProvenance("another", hash, sampler, 2, 0.1, 0, "", Map.of());
    new Router(new float[steps][branches], provenance).write(file);
    return file;
  }

  @Test
  void damagedCheckpoints() throws IOException {
    Path file = folder.resolve("damaged.safetensors");
    Files.write(file, new byte[] {1, 2, 3});
    assertRefused(sample("--model", file.toString()), "damaged.safetensors");

    String header = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}";
    ByteBuffer bytes = ByteBuffer.allocate(8 + header.length() + 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(header.length()).put(header.getBytes(StandardCharsets.UTF_8));
    Files.write(file, bytes.array());
    assertRefused(sample("--model", file.toString()), "damaged.safetensors", "x");

    bytes.putLong(0, Long.MAX_VALUE);
    Files.write(file, bytes.array());
    assertRefused(sample("--model", file.toString()), "damaged.safetensors");
  }

  @Test
  void weightsOfAnotherShape() throws IOException {
    Path model = Path.of("target/test-classes/goldens/dit-tiny/dit.safetensors");
    Path config = folder.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(Path.of("target/test-classes/goldens/dit-tiny/config.json"))
            .replace("\"depth\": 4", "\"depth\": 5"));
    assertRefused(
        sample("--model", model.toString(), "--config", config.toString()),
        "blocks.4.attn.qkv.weight is missing");
  }
}
