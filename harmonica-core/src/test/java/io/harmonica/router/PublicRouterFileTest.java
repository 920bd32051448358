package io.harmonica.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.torch.TorchFile;
import io.harmonica.checkpoint.torch.TorchFileWriter;
import io.harmonica.plan.CachePlan;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublicRouterFileTest {
  private static final float UNTRAINED = -4;
  private static final float TRAINED = -3;

  @TempDir Path folder;

  private static Path golden() {
    try {
      return Path.of(PublicRouterFileTest.class.getResource("/goldens/dit-tiny/router.pt").toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private Router written(TorchFileWriter writer) throws IOException {
    Path file = folder.resolve("written.pt");
    writer.write(file);
    return PublicRouterFile.read(file);
  }

  private static TorchFileWriter row(TorchFileWriter writer, int row, float... logits) {
    return writer.put("routers", row + ".prob", new Shape(logits.length), logits);
  }

  private static TorchFileWriter evenRows(int rows) {
    TorchFileWriter writer = new TorchFileWriter();
    for (int row = 0; row < rows; row += 2) {
      row(writer, row, TRAINED, TRAINED);
    }
    return writer;
  }

  /** All rows and an optimiser that knows only some, as Learning-to-Cache saves them. */
  private static TorchFileWriter withOptimiser(int rows, int parameters, int every) {
    TorchFileWriter writer = new TorchFileWriter();
    for (int row = 0; row < rows; row++) {
      float logit = row % every == 0 ? TRAINED : UNTRAINED;
      row(writer, row, logit, logit, logit);
    }
    for (int row = 0; row < rows; row += every) {
      writer.put("opt", "state." + row + ".exp_avg", new Shape(3), new float[3]);
    }
    for (int i = 0; i < parameters; i++) {
      writer.put("opt", "param_groups.0.params." + i, i);
    }
    return writer;
  }

  /** Draws each step: computes everything, reuses everything, or both. */
  private static String drawn(Router scores) {
    CachePlan plan = scores.withThreshold(0.1).uncheckedPlan();
    StringBuilder text = new StringBuilder();
    for (int step = 0; step < plan.steps(); step++) {
      int reused = plan.reused(step);
      text.append(reused == 0 ? '#' : reused == plan.branches() ? '.' : '?');
    }
    return text.toString();
  }

  @Test
  void thePublicRowThatRunsFirstIsTheLast() throws IOException {
    Router scores = PublicRouterFile.read(golden());
    assertThat(scores.steps()).isEqualTo(10);
    assertThat(scores.branches()).isEqualTo(8);
    try (TorchFile raw = TorchFile.open(golden())) {
      float[][] logits = scores.logits();
      for (int step = 0; step < 10; step++) {
        assertThat(logits[step]).isEqualTo(raw.readFloats("routers." + (9 - step) + ".prob"));
      }
    }
    assertThat(scores.provenance())
        .isEqualTo(new RouterProvenance("unknown", "", "", 0, 0.1, 0, "", Map.of()));
  }

  @Test
  void writtenFilesAreLikeTheReference() throws IOException {
    Router scores = PublicRouterFile.read(golden());
    Path copy = folder.resolve("copy.pt");
    PublicRouterFile.write(copy, scores);
    // Up to here the two hold the routers; then Python adds the layer versions of a state_dict.
    int endOfRouters = 746;
    assertThat(Arrays.copyOf(pickle(copy), endOfRouters))
        .isEqualTo(Arrays.copyOf(pickle(golden()), endOfRouters));
    Router read = PublicRouterFile.read(copy);
    assertThat(read.logits()).isDeepEqualTo(scores.logits());
    assertThat(read.provenance()).isEqualTo(scores.provenance());
    try (TorchFile raw = TorchFile.open(copy)) {
      assertThat(raw.metadata())
          .containsEntry("args.num_sampling_steps", "10")
          .containsEntry("args.ste_threshold", "0.1");
    }
  }

  @Test
  void argumentsBecomeProvenance() throws IOException {
    TorchFileWriter writer =
        row(new TorchFileWriter(), 0, 1)
            .put("args", "model", "DiT-XL/2")
            .put("args", "cfg_scale", 1.5)
            .put("args", "ste_threshold", 0.25)
            .put("args", "global_seed", 42)
            .put("args", "num_sampling_steps", 1)
            .put("args", "l1", 7e-8)
            .put("args", "wandb", true)
            .put("args", "results_dir", "a\u001b[2Jb");
    assertThat(written(writer).provenance())
        .isEqualTo(
            new RouterProvenance(
                "DiT-XL/2", "", "", 1.5, 0.25, 42, "", Map.of("l1", "7.0E-8", "wandb", "true")));
  }

  @Test
  void missingRowsComputeEverything() throws IOException {
    Router scores = written(evenRows(6));
    assertThat(drawn(scores)).isEqualTo("#.#.#.");
    assertThat(scores.logits()[2]).containsOnly(Router.LIMIT);
    assertThat(scores.provenance().settings()).containsEntry("rows_without_training", "1,3,5");
    assertThat(drawn(written(evenRows(6).put("args", "num_sampling_steps", 8))))
        .isEqualTo("###.#.#.");
    assertThat(drawn(written(row(row(new TorchFileWriter(), 0, -3), 3, -3)))).isEqualTo("###.");
    assertThat(drawn(written(row(new TorchFileWriter(), 0, -3)))).isEqualTo("#");
  }

  @Test
  void rowsThatTheOptimiserNeverTouchedComputeEverything() throws IOException {
    Router scores = written(withOptimiser(6, 6, 2));
    assertThat(drawn(scores)).isEqualTo("#.#.#.");
    assertThat(scores.logits()[0]).containsOnly(UNTRAINED);
    assertThat(scores.logits()[2]).containsOnly(Router.LIMIT);
    assertThat(scores.provenance().settings()).containsEntry("rows_without_training", "1,3");
  }

  @Test
  void anOptimiserOfOtherParametersTellsNothing() throws IOException {
    assertThat(drawn(written(withOptimiser(6, 7, 2)))).isEqualTo("#.....");
    assertThat(drawn(written(withOptimiser(6, 6, 1)))).isEqualTo("#.....");
  }

  @ParameterizedTest
  @CsvSource({
    "router.prob, 1, holds no tensors",
    "routers.01.prob, 1, no row of a router",
    "routers.x.prob, 1, no row of a router",
    "routers.0.weight, 1, no row of a router",
    "routers.0.prob, 0, expected (branches)",
    "routers.0.prob, 10001, expected (branches)",
    "routers.998.prob, 10000, at most 1000000 cells",
    "routers.1000.prob, 1, does not go with its number of steps",
    "routers.9999.prob, 1, does not go with its number of steps"
  })
  void whatIsNoRouterIsRefused(String tensor, int size, String fault) {
    TorchFileWriter writer = new TorchFileWriter().put(tensor, new Shape(size), new float[size]);
    assertRefused(writer, fault);
  }

  @Test
  void contradictionsAreRefused() {
    assertRefused(row(row(new TorchFileWriter(), 0, 1), 1, 1, 2), "rows of different length");
    assertRefused(row(new TorchFileWriter(), 0, Float.NaN), "holds the logit NaN");
    assertRefused(
        new TorchFileWriter().put("routers", "0.prob", new Shape(1, 1), new float[1]),
        "expected (branches)");
    for (Object steps : new Object[] {4, 1001, -6, 6.0, "six", Long.MAX_VALUE}) {
      assertRefused(evenRows(6).put("args", "num_sampling_steps", steps), "number of steps");
    }
    assertRefused(evenRows(6).put("args", "tau", 2), "threshold is 2.0");
    assertRefused(evenRows(6).put("args", "tau", Double.NaN), "threshold is NaN");
    assertRefused(evenRows(6).put("args", "tau", "high"), "threshold is not a number");
    assertRefused(evenRows(6).put("args", "cfg_scale", "high"), "guidance is not a number");
    assertRefused(evenRows(6).put("args", "global_seed", 0.5), "seed is not a whole number");
  }

  private void assertRefused(TorchFileWriter writer, String fault) {
    assertThatThrownBy(() -> written(writer))
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageStartingWith(folder.resolve("written.pt") + ": ")
        .hasMessageContaining(fault);
  }

  private static byte[] pickle(Path file) throws IOException {
    assertThat(Files.exists(file)).isTrue();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ZipEntry entry =
          zip.stream().filter(e -> e.getName().endsWith("/data.pkl")).findFirst().orElseThrow();
      return zip.getInputStream(entry).readAllBytes();
    }
  }
}
