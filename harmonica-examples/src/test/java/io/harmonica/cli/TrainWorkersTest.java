package io.harmonica.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routers have the same bytes whoever works on them. */
final class TrainWorkersTest {
  static final String PUBLISHED =
      "train --recipe paper --steps 4 --guidance 2 --batch 4 --micro-batches 2 --trajectories 4"
          + " --refresh 6 --seed 3";
  static final String SEARCHED =
      "train --steps 4 --guidance 2 --target-cur 0.4 --calibration 3 --refine 1"
          + " --refine-forwards 40 --order 1 --weight-updates 1 --micro-batches 2 --seed 3";

  @TempDir private Path folder;

  private Path train(String name, String command, String... more) {
    Path out = folder.resolve(name + ".safetensors");
    List<String> args = new ArrayList<>(List.of(command.split(" ")));
    args.addAll(List.of("--out", out.toString()));
    args.addAll(List.of(more));
    Cli result = Cli.run(args.toArray(String[]::new));
    assertThat(result.status()).as(result.err()).isZero();
    return out;
  }

  /** In a process of its own with as many threads as a worker has: sums depend on that. */
  private Path alone(String command) throws IOException, InterruptedException {
    Path out = folder.resolve("alone.safetensors");
    CliProcess.runWithOneThread(folder.resolve("log"), (command + " --out " + out).split(" "));
    return out;
  }

  @Test
  void thePublishedTraining() throws IOException, InterruptedException {
    assertThat(train("two", PUBLISHED, "--workers", "2")).hasSameBinaryContentAs(alone(PUBLISHED));
  }

  /** The driver learns and chooses by itself, so it needs one thread too. */
  @Test
  void theSearch() throws IOException, InterruptedException {
    assertThat(alone(SEARCHED + " --workers 2").toFile()).isFile();
    Path two = Files.move(folder.resolve("alone.safetensors"), folder.resolve("two.safetensors"));
    assertThat(two).hasSameBinaryContentAs(alone(SEARCHED));
  }

  @Test
  void badInputIsNamed() {
    String out = folder.resolve("x.safetensors").toString();
    assertThat(
            Cli.run((PUBLISHED + " --out " + out).replace("batches 2", "batches 3").split(" "))
                .err())
        .contains("micro-batches is 3, expected a divisor of the batch, 4");
    assertThat(
            Cli.run((SEARCHED + " --out " + out).replace("batches 2", "batches 3").split(" "))
                .err())
        .contains("micro-batches is 3, expected a divisor of the samples of an update, 2");
    assertThat(Cli.run((SEARCHED + " --weights taylor --out " + out).split(" ")).err())
        .contains("--micro-batches is of step-wise training");
    assertThat(Cli.run((SEARCHED + " --workers 2 --spark spark://x --out " + out).split(" ")).err())
        .contains("give either --workers or --spark");
    assertThat(folder).isEmptyDirectory();
  }
}
