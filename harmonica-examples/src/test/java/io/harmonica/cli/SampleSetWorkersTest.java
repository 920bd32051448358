package io.harmonica.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.harmonica.cli.imageset.SetParts;
import io.harmonica.cli.work.Devices;
import io.harmonica.cli.work.ModelOpener;
import io.harmonica.cli.work.ModelSpec;
import io.harmonica.cli.work.OpenModel;
import io.harmonica.kernel.Precision;
import io.harmonica.work.Piece;
import io.harmonica.work.Place;
import io.harmonica.work.ProcessWorkers;
import io.harmonica.work.Worker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sets of images have the same bytes whoever makes them. */
final class SampleSetWorkersTest {
  @TempDir private Path folder;

  /** Made once, in one process. */
  @TempDir private static Path undisturbed;

  @BeforeAll
  static void makeWhole() throws IOException, InterruptedException {
    CliProcess.runWithOneThread(undisturbed.resolve("log"), command(undisturbed, "whole.npz", 42));
  }

  private String[] command(String out, String... more) {
    return command(folder, out, 42, more);
  }

  private static String[] command(Path folder, String out, int count, String... more) {
    List<String> args = new ArrayList<>();
    args.addAll(List.of("sample-set", "--steps", "3", "--guidance", "2", "--sampler", "ddpm"));
    args.addAll(List.of("--seed", "5", "--batch", "4", "--policy", "taylorseer:2:1"));
    args.addAll(List.of("--count", Integer.toString(count)));
    args.addAll(List.of("--out", folder.resolve(out).toString()));
    args.addAll(Arrays.asList(more));
    return args.toArray(String[]::new);
  }

  private static void assertDone(Cli result) {
    assertThat(result.status()).as(result.err()).isZero();
  }

  private void assertSame(String name) {
    for (String ending : List.of(".npz", ".csv", ".json")) {
      assertThat(folder.resolve(name + ending))
          .hasSameBinaryContentAs(undisturbed.resolve("whole" + ending));
    }
    assertThat(folder.resolve(name + ".npz.parts")).doesNotExist();
  }

  private List<Path> parts(Path parts) throws IOException {
    if (!Files.exists(parts)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(parts)) {
      return files.filter(file -> file.getFileName().toString().startsWith("part-")).toList();
    }
  }

  @Test
  void processesAndSharesGiveTheBytesOfOneProcess() throws IOException, InterruptedException {
    assertDone(Cli.run(command("two.npz", "--workers", "2")));
    assertSame("two");
    Cli devices = Cli.run(command(folder, "devices.npz", 3, "--device", "cpu,cpu"));
    assertThat(devices.err()).contains("1 pieces of work for 2 workers");
    assertDone(devices);

    Path log = folder.resolve("log");
    CliProcess.runWithOneThread(log, command("shares.npz", "--shard", "2/3"));
    Cli early = Cli.run("merge", "--out", folder.resolve("shares.npz").toString());
    assertThat(early.status()).isEqualTo(2);
    assertThat(early.err()).contains("7 of 11 parts are not there yet, the first is part 0");
    // Another machine, without a common folder.
    CliProcess.runWithOneThread(log, command("other.npz", "--shard", "3/3"));
    CliProcess.runWithOneThread(log, command("other.npz", "--shard", "1/3"));
    assertThat(Files.readString(log)).contains("share 1/3 is done; when all are, \"merge --out");
    Cli merged =
        Cli.run(
            "merge",
            "--out",
            folder.resolve("merged.npz").toString(),
            SetParts.folderOf(folder.resolve("shares.npz")).toString(),
            SetParts.folderOf(folder.resolve("other.npz")).toString());
    assertDone(merged);
    assertThat(merged.out()).contains("merged.npz: 42 images of 28 x 28");
    assertSame("merged");
  }

  @Test
  void aKilledWorkerChangesNothing() throws IOException, InterruptedException {
    Path parts = SetParts.folderOf(folder.resolve("killed.npz"));
    Process process =
        CliProcess.start(folder.resolve("log"), command("killed.npz", "--workers", "2"));
    CliProcess.await(process, () -> process.children().count() == 2 && begun(parts));
    process.children().findFirst().orElseThrow().destroyForcibly();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(folder.resolve("log"))).isZero();
    assertSame("killed");
  }

  private boolean begun(Path parts) {
    try {
      return !parts(parts).isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whoeverEndsACommandEndsItsWorkers() throws IOException, InterruptedException {
    for (boolean kill : new boolean[] {false, true}) {
      String name = kill ? "killed" : "ended";
      Path parts = SetParts.folderOf(folder.resolve(name + ".npz"));
      Process process =
          CliProcess.start(
              folder.resolve(name + ".log"),
              command(folder, name + ".npz", 40_000, "--workers", "2"));
      CliProcess.await(process, () -> process.children().count() == 2 && begun(parts));
      List<ProcessHandle> workers = process.children().toList();
      assertThat(workers).hasSize(2);
      if (kill) {
        process.destroyForcibly();
      } else {
        process.destroy();
      }
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      for (ProcessHandle worker : workers) {
        Assertions.assertThatCode(() -> worker.onExit().get(1, TimeUnit.MINUTES))
            .doesNotThrowAnyException();
      }
      assertThat(Files.readString(folder.resolve(name + ".log"))).doesNotContain("SIGSEGV");
      assertThat(folder.resolve(name + ".npz")).doesNotExist();
    }
  }

  /** Of a driver that has another file. */
  private static ModelOpener opener(String model) {
    return new ModelOpener(
        new ModelSpec(model, null, null, Precision.FLOAT32, null, null, null, null),
        "1234",
        "",
        Devices.parse("cpu"));
  }

  @Test
  void anotherFileIsRefusedByName() throws IOException {
    String model = "target/test-classes/goldens/dit-tiny/dit.safetensors";
    ModelOpener opener = opener(model);
    try (ProcessWorkers<OpenModel> workers = new ProcessWorkers<>(1, opener)) {
      Piece<OpenModel, String> piece = bench -> bench.pipeline().model().name();
      Assertions.assertThatThrownBy(() -> workers.run(List.of(piece)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("worker 0: ")
          .hasMessageContainingAll("dit.safetensors has the SHA-256 ", "the driver's has 1234");
    }
  }

  /** What a worker in another process does, in this one. */
  @Test
  void aPathThatAWorkerCannotReadIsNamed() throws IOException {
    String model = folder.resolve("dit.safetensors").toString();
    ModelOpener opener = opener(model);
    Place place = new Place(1, "worker 1", OptionalInt.empty());
    try (Worker<OpenModel> worker = new Worker<>(opener, place)) {
      Piece<OpenModel, String> piece = bench -> bench.pipeline().model().name();
      Assertions.assertThatThrownBy(worker.run(piece)::get)
          .isInstanceOfAny(IOException.class, IllegalArgumentException.class)
          .hasMessageStartingWith("worker 1: ")
          .hasMessageContaining(model);
    }
  }

  @Test
  void badInputIsNamed() throws IOException {
    assertThat(Cli.run(command("x.npz", "--workers", "0")).err()).contains("--workers is 0");
    assertThat(Cli.run(command("x.npz", "--shard", "3/2")).err()).contains("--shard is 3/2");
    assertThat(Cli.run(command("x.npz", "--device", "cpu,tpu")).err())
        .contains("--device is cpu,tpu");
    assertThat(Cli.run(command("x.npz", "--device", "gpu:0,gpu:1")).err())
        .contains("--device is gpu:0, but the engine sees 0 GPUs");
    assertThat(Cli.run("inspect", "--device", "cpu,cpu").status()).isEqualTo(2);
    assertThat(Cli.run("merge", "--out", folder.resolve("x.npz").toString()).err())
        .contains("x.npz.parts holds no parts of a set");
    assertThat(folder).isEmptyDirectory();
  }
}
