package io.harmonica.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.harmonica.dit.DitConfig;
import io.harmonica.kernel.Precision;
import io.harmonica.model.Footprint;
import io.harmonica.plan.CachePlan;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * DiT-XL/2, from both file formats, SiT-XL/2 and U-ViT-H/2 at their full size with random weights,
 * each in a process of its own ({@link FullSizeRun}) so that its memory can be told. Takes 6 GB of
 * disk, 5 GB of memory and some twenty minutes; prints what docs/benchmarks.md says.
 */
@Tag("slow")
final class FullSizeTest {
  private static final int STEPS = 10;
  private static final int FEW_STEPS = 4;
  private static final int DIT_BRANCHES = 56;
  private static final long DIT_WEIGHTS = 2_700_000_000L;

  /** A heap of 512 MB, the engine's libraries, and the largest tensor. */
  private static final long BESIDES = 900_000_000L;

  @TempDir private Path folder;

  private Path model(String name, String command, String config, int size) {
    Path file = folder.resolve(name);
    if (!Files.exists(file)) {
      long began = System.nanoTime();
      String pixels = Integer.toString(size);
      Cli written =
          Cli.run(command, "--config-name", config, "--size", pixels, "--out", file.toString());
      assertThat(written.status()).as(written.err()).isZero();
      System.out.printf("%s written in %.1f s%n", name, (System.nanoTime() - began) / 1e9);
    }
    return file;
  }

  /** Reuses 40% of all branches: each after the first step's with the same chance. */
  private Path router(int steps, int branches) throws IOException {
    float[][] logits = new float[steps][branches];
    Random random = new Random(1);
    for (float[] row : logits) {
      for (int branch = 0; branch < row.length; branch++) {
        row[branch] = random.nextDouble() < 0.4 * steps / (steps - 1) ? -5 : 5;
      }
    }
    Path file = folder.resolve("router.pt");
    new Router(logits, new RouterProvenance("random", "", "", 1.5, 0.1, 1, "", Map.of()))
        .write(file);
    return file;
  }

  private Map<String, Double> runDit(String name, String precision, int rounds)
      throws IOException, InterruptedException {
    Path model = model(name, "random-dit", "DiT-XL/2", 256);
    return run(model, router(STEPS, DIT_BRANCHES), precision, rounds);
  }

  private Map<String, Double> run(Path model, Path router, String precision, int rounds)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-Dai.djl.offline=true", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(FullSizeRun.class.getName());
    command.addAll(List.of(model.toString(), precision, router.toString()));
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
    System.out.println(model.getFileName() + " " + precision + " " + figures);
    return figures;
  }

  @Test
  void bothFormatsBothPrecisionsWithAndWithoutARouter() throws IOException, InterruptedException {
    assumeTrue(Files.exists(Path.of("/proc/self/status")), "tells a process's memory");
    Map<String, Double> torch = runDit("xl.pt", "float32", 2);
    Map<String, Double> safetensors = runDit("xl.safetensors", "float32", 0);
    assertThat(torch.get("sum")).isNotNaN().isEqualTo(safetensors.get("sum"));
    for (Map<String, Double> loaded : List.of(torch, safetensors)) {
      assertThat(loaded.get("load_peak")).isBetween(1.0 * DIT_WEIGHTS, 1.0 * DIT_WEIGHTS + BESIDES);
    }
    Map<String, Double> half = runDit("xl.safetensors", "bfloat16", 2);
    assertThat(half.get("load_peak")).isBetween(DIT_WEIGHTS / 2.0, DIT_WEIGHTS / 2.0 + BESIDES);
    assertThat(half.get("sum")).isNotNaN().isNotEqualTo(torch.get("sum"));
    assertThat(runDit("xl.pt", "bfloat16", 0).get("sum")).isEqualTo(half.get("sum"));
    assertRouted(torch);
    assertRouted(half);
  }

  private static void assertRouted(Map<String, Double> measured) {
    assertThat(measured.get("cur")).isBetween(0.35, 0.45);
    assertThat(measured.get("cache_bytes")).isEqualTo(measured.get("planned_bytes"));
    assertThat(measured.get("theoretical")).isBetween(1.4, 1.8);
    assertThat(measured.get("routed_sum")).isNotNaN().isNotEqualTo(measured.get("full_sum"));
  }

  @ParameterizedTest
  @CsvSource({
    "sit-xl.safetensors, random-sit, SiT-XL/2, 56, 2_700_000_000",
    "uvit-h.safetensors, random-uvit, U-ViT-H/2, 58, 2_000_000_000"
  })
  void otherFamiliesWithAndWithoutARouter(
      String name, String command, String config, int branches, String weights)
      throws IOException, InterruptedException {
    assumeTrue(Files.exists(Path.of("/proc/self/status")), "tells a process's memory");
    Path model = model(name, command, config, 256);
    Path router = router(FEW_STEPS, branches);
    Map<String, Double> whole = run(model, router, "float32", 1);
    Map<String, Double> half = run(model, router, "bfloat16", 1);
    double bytes = Double.parseDouble(weights.replace("_", ""));
    assertThat(whole.get("load_peak")).isBetween(bytes, bytes + BESIDES);
    assertThat(half.get("load_peak")).isBetween(bytes / 2, bytes / 2 + BESIDES);
    assertRouted(whole);
    assertRouted(half);
  }

  /** What {@code footprint} says of DiT-XL/2 at 512 pixels, held against what can be measured. */
  @Test
  void paperIsRightAboutWhatALargerImageTakes() throws IOException, InterruptedException {
    assumeTrue(Files.exists(Path.of("/proc/self/status")), "tells a process's memory");
    Path router = router(2, 24);
    Map<String, Double> small =
        run(model("s256.safetensors", "random-dit", "DiT-S/2", 256), router, "float32", 2);
    Map<String, Double> large =
        run(model("s640.safetensors", "random-dit", "DiT-S/2", 640), router, "float32", 1);
    Footprint before = DitConfig.named("DiT-S/2", 32).footprint();
    Footprint after = DitConfig.named("DiT-S/2", 80).footprint();
    // Attention's scores would take another 0.25 GB if they were written out.
    double grown = large.get("full_peak_1") - small.get("full_peak_1");
    CachePlan full = CachePlan.ofSteps(2, 24, step -> true);
    double paper =
        after.peakBytes(Precision.FLOAT32, full, 4)
            - (double) before.peakBytes(Precision.FLOAT32, full, 4);
    assertThat(grown / paper).as("memory over paper").isBetween(0.5, 1.3);
    double slower = large.get("full_processor_per_step_1") / small.get("full_processor_per_step_2");
    double more = (double) after.cost().full() / before.cost().full();
    assertThat(slower / more).as("time over paper").isBetween(0.4, 2.5);
    System.out.printf(
        "memory over paper %.2f, time over paper %.2f%n", grown / paper, slower / more);
  }
}
