package io.harmonica.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.harmonica.plan.CachePlan;
import io.harmonica.router.Router;
import io.harmonica.router.RouterProvenance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a router's file tells people. */
final class InspectCommandTest {
  @TempDir private Path folder;
  private Path router;

  @BeforeEach
  void write() throws IOException {
    router = folder.resolve("router.safetensors");
    Map<String, String> settings =
        Map.of(
            "precision", "float32",
            "layout_blocks", "2",
            "layout_kinds", "SELF_ATTENTION,FEED_FORWARD",
            "macs_fixed", "1000000",
            "macs_branches", "2000000,3000000,2000000,3000000",
            "feature_values", "100000");
    RouterProvenance provenance =
        new RouterProvenance("tiny", "ab".repeat(32), "ddim", 1.5, 0.1, 7, "0.1.0", settings);
    Router.of(CachePlan.ofSteps(4, 4, step -> step % 2 == 0), provenance).write(router);
  }

  @Test
  void provenanceIsATable() {
    Cli shown = Cli.run("inspect", router.toString());
    assertThat(shown.status()).as(shown.err()).isZero();
    List<String> lines = shown.out().lines().toList();
    assertThat(lines)
        .contains(
            "model            tiny",
            "model SHA-256    " + "ab".repeat(32),
            "sampler          ddim",
            "guidance         1.5",
            "threshold        0.1",
            "seed             7",
            "branches         4: 2 blocks of attn, mlp",
            "compute          11.0 million MACs a step, 1.0 million of them outside branches",
            "cache            3.2 MB for each image under guidance",
            "precision        float32");
    assertThat(lines).allSatisfy(line -> assertThat(line).hasSizeLessThan(100));
    assertThat(shown.out()).doesNotContain("RouterProvenance[", "macs_branches", "feature_values");
  }

  @Test
  void stepsAndKindsAreCountedAndSummed() {
    List<String> lines = Cli.run("inspect", router.toString()).out().lines().toList();
    assertThat(lines)
        .containsSequence(
            "step  reused   attn    mlp",
            "   0       0      0      0",
            "   1       4      2      2",
            "   2       0      0      0",
            "   3       4      2      2",
            " all       8      4      4");
  }

  @Test
  void nothingIsDrawnUnasked() {
    Cli.run("inspect", router.toString());
    assertThat(folder).isDirectoryNotContaining("glob:**.png");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--heat-map", "--out"})
  void aHeatMapIsDrawnOnRequest(String option) {
    Path picture = folder.resolve("map.png");
    Cli shown = Cli.run("inspect", router.toString(), option, picture.toString());
    assertThat(shown.status()).as(shown.err()).isZero();
    assertThat(picture).isNotEmptyFile();
    assertThat(shown.out()).contains("heat map: " + picture);
  }

  @Test
  void theOldNameIsNotShown() {
    assertThat(Cli.run("inspect", "--help").out()).contains("--heat-map").doesNotContain("--out");
  }
}
