package io.harmonica.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Runs that are killed at twenty random moments, each going on where the last one was, end with the
 * bytes of a run that nobody disturbed. In between the result is whole or not there.
 */
@Tag("slow")
final class KillTest {
  private static final int KILLS = 20;
  private static final int IMAGES = 200;

  /** In full, since the commands run in a folder of their own. */
  private static final String GOLDENS =
      Path.of("target", "test-classes", "goldens").toAbsolutePath() + "/";

  /** Starting Java and reading the model takes about this long on an idle machine. */
  private static final long START_MILLIS = 1500;

  @TempDir private Path folder;
  private Path images;

  @BeforeEach
  void makeImages() throws IOException {
    images = Files.createDirectory(folder.resolve("images"));
    byte[] pixels = new byte[IMAGES * 28 * 28];
    new Random(1).nextBytes(pixels);
    byte[] labels = new byte[IMAGES];
    for (int i = 0; i < IMAGES; i++) {
      labels[i] = (byte) (i % 10);
    }
    write("train-images-idx3-ubyte", pixels, 3, IMAGES, 28, 28);
    write("train-labels-idx1-ubyte", labels, 1, IMAGES);
  }

  private void write(String name, byte[] values, int... header) throws IOException {
    ByteBuffer start = ByteBuffer.allocate(4 * header.length);
    start.putInt(0x0800 + header[0]);
    Arrays.stream(header).skip(1).forEach(start::putInt);
    try (OutputStream out = Files.newOutputStream(images.resolve(name))) {
      out.write(start.array());
      out.write(values);
    }
  }

  @Test
  void aPublishedTraining() throws IOException, InterruptedException {
    survives(
        "router.safetensors",
        "train --recipe paper --steps 4 --guidance 2 --batch 2 --trajectories 40 --refresh 9"
            + " --checkpoint-every 2 --seed 3");
  }

  @Test
  void aTrainingForATarget() throws IOException, InterruptedException {
    survives(
        "router.safetensors",
        "train --steps 4 --guidance 2 --batch 2 --target-cur 0.4 --trajectories 4 --calibration 2"
            + " --refine 1 --refine-forwards 40 --weight-updates 24 --seed 3");
  }

  @Test
  void aSearchAlone() throws IOException, InterruptedException {
    survives(
        "router.safetensors",
        "train --steps 5 --guidance 2 --target-cur 0.4 --calibration 2 --refine 2 --weight-updates 30 --seed 3");
  }

  @ParameterizedTest
  @CsvSource({"sit-tiny/sit.safetensors, heun", "uvit-tiny/uvit.safetensors, dpm-fast"})
  void aTrainingOfAnotherFamily(String model, String sampler)
      throws IOException, InterruptedException {
    survives(
        "router.safetensors",
        "train --recipe paper --steps 4 --batch 2 --trajectories 40 --refresh 9"
            + " --checkpoint-every 2 --seed 3 --sampler %s --model %s"
                .formatted(sampler, GOLDENS + model));
  }

  @ParameterizedTest
  @CsvSource({"sit-tiny/sit.safetensors, sde", "uvit-tiny/uvit.safetensors, dpm-singlestep"})
  void aSetOfImagesOfAnotherFamily(String model, String sampler)
      throws IOException, InterruptedException {
    survives(
        "set.npz",
        "sample-set --steps 4 --seed 5 --batch 2 --count 40 --sampler %s --model %s --vae %s"
            .formatted(sampler, GOLDENS + model, GOLDENS + "pixart-tiny/vae"));
  }

  @Test
  void learningToCache() throws IOException, InterruptedException {
    survives(
        "router.safetensors",
        "train-l2c --steps 4 --updates 40 --batch 2 --target-cur 0.4 --checkpoint-every 2 --seed 3"
            + " --images "
            + images);
  }

  /** Writes the model so far at each of its three checkpoints. */
  @Test
  void theTrainingOfAModel() throws IOException, InterruptedException {
    survives(
        "model.safetensors",
        "train-dit --epochs 3 --batch 2 --checkpoint-every 100 --seed 3 --data " + images,
        KillTest::requireWhole);
  }

  @Test
  void theTrainingOfATextToImageModel() throws IOException, InterruptedException {
    ColourSheets sheets = ColourSheets.draw(folder);
    survives(
        "model/transformer/diffusion_pytorch_model.safetensors",
        "train-pixart --epochs 300 --batch 2 --checkpoint-every 100 --width 24 --depth 2 --heads 2 --seed 3"
            + " --tokenizer %spixart-tiny/tokenizer/spiece.model --images %s --captions %s"
                .formatted(GOLDENS, sheets.images(), sheets.captions()),
        KillTest::requireWhole);
  }

  @Test
  void aSetOfImages() throws IOException, InterruptedException {
    survives(
        "set.npz",
        "sample-set --steps 4 --guidance 2 --sampler ddpm --seed 5 --batch 2 --count 80");
  }

  /** Looks at what a killed run left in the place of its result. */
  @FunctionalInterface
  private interface Left {
    void check(Path left, Path whole) throws IOException;
  }

  /** A model so far: whoever reads it gets all of it. */
  private static void requireWhole(Path left, Path whole) throws IOException {
    try (SafetensorsFile model = SafetensorsFile.open(left);
        SafetensorsFile last = SafetensorsFile.open(whole)) {
      assertThat(model.names()).isEqualTo(last.names());
    }
  }

  /** Runs a command whose result is there at its end alone. */
  private void survives(String result, String command) throws IOException, InterruptedException {
    survives(
        result,
        command,
        (left, whole) -> { // killed on its way out: nothing is left to go on with
          assertThat(left).hasSameBinaryContentAs(whole);
          empty(folder.resolve("killed"));
        });
  }

  private void survives(String result, String command, Left killedLeft)
      throws IOException, InterruptedException {
    Path whole = Files.createDirectory(folder.resolve("whole")).resolve(result);
    long start = System.nanoTime();
    end(start("whole", result, command));
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);

    Path killed = Files.createDirectory(folder.resolve("killed")).resolve(result);
    SplittableRandom random = new SplittableRandom(19);
    int kills = 0;
    int done = 0;
    while (kills < KILLS) {
      Process process = start("killed", result, command);
      long wait = START_MILLIS + random.nextLong(Math.max(1, millis - START_MILLIS));
      if (process.waitFor(wait, TimeUnit.MILLISECONDS)) {
        end(process);
        assertThat(killed).hasSameBinaryContentAs(whole);
        empty(folder.resolve("killed"));
        done++;
      } else {
        process.destroyForcibly();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        kills++;
        if (Files.exists(killed)) {
          killedLeft.check(killed, whole);
        }
      }
    }
    end(start("killed", result, command));
    assertThat(killed).hasSameBinaryContentAs(whole);
    System.out.printf("%d kills and %d ends of %s%n", kills, done, command);
  }

  private void end(Process process) throws IOException, InterruptedException {
    assertThat(process.waitFor(20, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(log()).isZero();
  }

  /** The result is what {@code --out} names, or a file in there. */
  private Process start(String run, String result, String command) throws IOException {
    Path out = folder.resolve(run).resolve(Path.of(result).getName(0));
    List<String> args = new ArrayList<>(List.of(command.split(" ")));
    args.addAll(List.of("--out", out.toString(), "--resume"));
    return CliProcess.start(folder.resolve("log"), args.toArray(String[]::new));
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  private static void empty(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file :
          files.filter(each -> !each.equals(folder)).sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
