package io.harmonica.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.harmonica.router.Router;
import io.harmonica.router.RouterProvenance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * DiT-XL/2 at its full size with random weights, from both file formats, each in a process of its
 * own ({@link FullSizeRun}) so that its memory can be told. Takes 6 GB of disk, 5 GB of memory and
 * some ten minutes; prints what docs/benchmarks.md says.
 */
@Tag("slow")
final class FullSizeTest {
  private static final int STEPS = 10;
  private static final int BRANCHES = 56;
  private static final long WEIGHTS = 2_700_000_000L;

  /** A heap of 512 MB, the engine's libraries, and the largest tensor. */
  private static final long BESIDES = 900_000_000L;

  @TempDir private Path folder;

  private Path model(String name) {
    Path file = folder.resolve(name);
    if (!Files.exists(file)) {
      long began = System.nanoTime();
      Cli written = Cli.run("random-dit", "--config-name", "DiT-XL/2", "--out", file.toString());
      assertThat(written.status()).as(written.err()).isZero();
      System.out.printf("%s written in %.1f s%n", name, (System.nanoTime() - began) / 1e9);
    }
    return file;
  }

  /** Reuses 40% of all branches: each after the first step's with the same chance. */
  private Path router() throws IOException {
    float[][] logits = new float[STEPS][BRANCHES];
    Random random = new Random(1);
    for (float[] row : logits) {
      for (int branch = 0; branch < row.length; branch++) {
        row[branch] = random.nextDouble() < 0.4 * STEPS / (STEPS - 1) ? -5 : 5;
      }
    }
    Path file = folder.resolve("router.pt");
    new Router(logits, new RouterProvenance("random", "", "ddim", 1.5, 0.1, 1, "", Map.of()))
        .write(file);
    return file;
  }

  private Map<String, Double> run(String model, String precision, int rounds)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-Dai.djl.offline=true", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(FullSizeRun.class.getName());
    command.addAll(List.of(model(model).toString(), precision, router().toString()));
    command.add(Integer.toString(rounds));
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(log.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.waitFor()).isZero();
    Map<String, Double> figures = new TreeMap<>();
    for (String line : Files.readAllLines(log, StandardCharsets.UTF_8)) {
      if (line.startsWith(FullSizeRun.MARK)) {
        String[] parts = line.substring(FullSizeRun.MARK.length()).split("=", -1);
        figures.put(parts[0], Double.valueOf(parts[1]));
      }
    }
    System.out.println(model + " " + precision + " " + figures);
    return figures;
  }

  @Test
  void bothFormatsBothPrecisionsWithAndWithoutARouter() throws IOException, InterruptedException {
    assumeTrue(Files.exists(Path.of("/proc/self/status")), "tells a process's memory");
    Map<String, Double> torch = run("xl.pt", "float32", 2);
    Map<String, Double> safetensors = run("xl.safetensors", "float32", 0);
    assertThat(torch.get("sum")).isNotNaN().isEqualTo(safetensors.get("sum"));
    for (Map<String, Double> loaded : List.of(torch, safetensors)) {
      assertThat(loaded.get("load_peak")).isBetween(1.0 * WEIGHTS, 1.0 * WEIGHTS + BESIDES);
    }
    Map<String, Double> half = run("xl.safetensors", "bfloat16", 2);
    assertThat(half.get("load_peak")).isBetween(WEIGHTS / 2.0, WEIGHTS / 2.0 + BESIDES);
    assertThat(half.get("sum")).isNotNaN().isNotEqualTo(torch.get("sum"));
    assertThat(run("xl.pt", "bfloat16", 0).get("sum")).isEqualTo(half.get("sum"));
    for (Map<String, Double> measured : List.of(torch, half)) {
      assertThat(measured.get("cur")).isBetween(0.35, 0.45);
      assertThat(measured.get("cache_bytes")).isEqualTo(measured.get("planned_bytes"));
      assertThat(measured.get("theoretical")).isBetween(1.5, 1.8);
      assertThat(measured.get("routed_sum")).isNotNaN().isNotEqualTo(measured.get("full_sum"));
    }
  }
}
