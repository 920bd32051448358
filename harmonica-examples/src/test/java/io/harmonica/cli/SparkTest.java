package io.harmonica.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Real executors of a Spark that is not installed give the bytes of one process. */
@DisabledOnOs(
    value = OS.WINDOWS,
    disabledReason = "Hadoop's classes need a program of their own there")
final class SparkTest {
  private static final String TWO = "local-cluster[2,1,1024]";
  private static final String ONE = "local-cluster[1,1,1024]";

  /** As the manifest of harmonica.jar has them. */
  private static final List<String> OPENS =
      Stream.of(
              "java.lang", "java.nio", "java.util", "java.lang.invoke", "sun.nio.ch", "sun.nio.cs")
          .map(name -> "--add-opens=java.base/" + name + "=ALL-UNNAMED")
          .toList();

  @TempDir private Path folder;

  private Process start(String command, String out, String cluster) throws IOException {
    Path home = Files.createDirectories(folder.resolve("spark"));
    Files.createDirectories(home.resolve("jars"));
    List<String> options = new ArrayList<>(OPENS);
    options.add("-Dspark.ui.enabled=false");
    options.add("-Dspark.local.dir=" + folder);
    List<String> args = new ArrayList<>(List.of(command.split(" ")));
    args.addAll(List.of("--out", folder.resolve(out).toString()));
    args.addAll(List.of("--spark", cluster));
    return CliProcess.start(
        folder.resolve("log"),
        Map.of(
            "SPARK_HOME", home.toString(),
            "SPARK_SCALA_VERSION", "2.13",
            "SPARK_LOCAL_IP", "127.0.0.1"),
        options,
        args.toArray(String[]::new));
  }

  private void await(Process process) throws IOException, InterruptedException {
    assertThat(process.waitFor(4, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(folder.resolve("log"))).isZero();
  }

  /** By the program alone: the class path makes an executor's line too long to be told whole. */
  private static List<ProcessHandle> executors(Process process) {
    return process
        .descendants()
        .filter(child -> child.info().command().orElse("").contains("java"))
        .toList();
  }

  @Test
  void aSetOfImagesOfWhichAnExecutorDies() throws IOException, InterruptedException {
    String command =
        "sample-set --steps 3 --guidance 2 --sampler ddpm --seed 5 --batch 4 --count 80"
            + " --policy taylorseer:2:1";
    CliProcess.runWithOneThread(
        folder.resolve("log"), (command + " --out " + folder.resolve("alone.npz")).split(" "));
    Process process = start(command, "spark.npz", TWO);
    // The executors first, which are there long before a part is.
    CliProcess.await(process, () -> executors(process).size() == 2);
    List<ProcessHandle> executors = executors(process);
    assertThat(executors).as(Files.readString(folder.resolve("log"))).hasSize(2);
    Path first = folder.resolve("spark.npz.parts").resolve("part-000001");
    CliProcess.await(process, () -> Files.exists(first));
    executors.get(0).destroyForcibly();
    await(process);
    for (String ending : List.of(".npz", ".csv", ".json")) {
      assertThat(folder.resolve("spark" + ending))
          .hasSameBinaryContentAs(folder.resolve("alone" + ending));
    }
    assertThat(executors).noneMatch(ProcessHandle::isAlive);
    assertThat(Files.readString(folder.resolve("log"))).doesNotContain("SLF4J", "SIGSEGV");
  }

  @Test
  void aSignalEndsTheExecutorsToo() throws IOException, InterruptedException {
    assertEndsWithItsExecutors(Process::destroy);
    assertThat(folder.resolve("ended.npz.parts")).as("for --resume").exists();
  }

  @Test
  @Tag("slow")
  void executorsOutliveNoDriver() throws IOException, InterruptedException {
    assertEndsWithItsExecutors(Process::destroyForcibly);
  }

  private void assertEndsWithItsExecutors(Consumer<Process> end)
      throws IOException, InterruptedException {
    Process process = start("sample-set --steps 3 --batch 4 --count 40000", "ended.npz", ONE);
    Path first = folder.resolve("ended.npz.parts").resolve("part-000000");
    CliProcess.await(process, () -> Files.exists(first));
    List<ProcessHandle> executors = executors(process);
    assertThat(executors).as(Files.readString(folder.resolve("log"))).hasSize(1);
    end.accept(process);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(executors.get(0).onExit()).succeedsWithin(1, TimeUnit.MINUTES);
    assertThat(folder.resolve("ended.npz")).doesNotExist();
    assertThat(Files.readString(folder.resolve("log"))).doesNotContain("SIGSEGV");
  }

  @Test
  @Tag("slow")
  void aTrainingAndASearch() throws IOException, InterruptedException {
    for (String command : List.of(TrainWorkersTest.PUBLISHED, TrainWorkersTest.SEARCHED)) {
      CliProcess.runWithOneThread(
          folder.resolve("log"),
          (command + " --out " + folder.resolve("alone.safetensors")).split(" "));
      await(start(command, "spark.safetensors", TWO));
      assertThat(folder.resolve("spark.safetensors"))
          .hasSameBinaryContentAs(folder.resolve("alone.safetensors"));
    }
  }

  /** The executors read the encoded prompts from the file that the driver saved. */
  @Test
  @Tag("slow")
  void aTrainingOnPrompts() throws IOException, InterruptedException {
    String command =
        "train --model bundled-text --steps 3 --target-cur 0.3 --calibration 2 --weight-updates 1";
    CliProcess.runWithOneThread(
        folder.resolve("log"),
        (command + " --out " + folder.resolve("alone.safetensors")).split(" "));
    String embeddings = " --embeddings " + folder.resolve("prompts.safetensors");
    await(start(command + embeddings, "spark.safetensors", TWO));
    assertThat(folder.resolve("spark.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("alone.safetensors"));
  }

  @Test
  void badInputIsNamed() {
    String command =
        "sample-set --steps 3 --count 4 --out " + folder.resolve("x.npz") + " --spark ";
    assertThat(Cli.run((command + "spark://127.0.0.1:1").split(" ")).err())
        .contains("the Spark master spark://127.0.0.1:1 does not answer");
    assertThat(Cli.run((command + "spark://host:port").split(" ")).err())
        .contains("the Spark master is spark://host:port, expected for example");
    Cli nowhere = Cli.run((command + "nowhere").split(" "));
    assertThat(nowhere.status()).isEqualTo(2);
    assertThat(nowhere.err())
        .contains("the Spark master is nowhere, expected for example spark://host:7077");
  }
}
