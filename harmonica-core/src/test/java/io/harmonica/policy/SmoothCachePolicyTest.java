package io.harmonica.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.plan.BranchKind;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.CachePolicy;
import io.harmonica.plan.ComputeCost;
import io.harmonica.plan.ModelFit;
import io.harmonica.plan.PlanRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SmoothCache's rule on profiles made by hand, and their files. */
final class SmoothCachePolicyTest {
  private static final ModelFit ORIGIN = new ModelFit("tiny", "aaaa", "ddim");
  private static final BranchLayout LAYOUT =
      new BranchLayout(2, List.of(BranchKind.SELF_ATTENTION, BranchKind.FEED_FORWARD));

  @TempDir Path folder;

  /** A profile of an unknown model whose errors grow with the gap: 0.1, 0.2, 0.3. */
  static SmoothCacheProfile rising(int steps, BranchLayout layout) {
    float[][][] errors = new float[layout.kinds().size()][steps][];
    for (float[][] kind : errors) {
      for (int step = 0; step < steps; step++) {
        kind[step] = new float[] {0.1f, 0.2f, 0.3f};
      }
    }
    return new SmoothCacheProfile(new ModelFit("m", "", ""), layout, errors, Map.of());
  }

  /** Attention is smooth; the perceptrons change at step 2, and again when skipped twice. */
  private static SmoothCacheProfile uneven() {
    float[][] smooth = {{0, 0}, {0.01f, 0}, {0.02f, 0.03f}, {0.01f, 0.05f}, {0.02f, 0.04f}};
    float[][] rough = {{0, 0}, {0.04f, 0}, {0.5f, 0.6f}, {0.03f, 0.4f}, {0.05f, 0.2f}};
    return new SmoothCacheProfile(
        ORIGIN, LAYOUT, new float[][][] {smooth, rough}, Map.of("seed", "3"));
  }

  private static String plan(SmoothCacheProfile profile, double alpha) {
    return new SmoothCachePolicy(profile, alpha)
        .plan(PlanRequest.of(profile.steps(), profile.layout()))
        .toString();
  }

  @Test
  void reusesWhileTheErrorIsBelowTheThreshold() {
    // Attention: 0.01 and 0.03 are below 0.1, then the largest gap is reached; 0.02 is below again.
    // Perceptrons: 0.04 is below, 0.6 is not; from step 2 on 0.03 is, 0.2 is not.
    assertThat(plan(uneven(), 0.1)).isEqualTo("####\n....\n.#.#\n#.#.\n.#.#\n");
    // An error equal to the threshold is not below it.
    assertThat(plan(uneven(), 0.01f)).isEqualTo("####\n####\n####\n####\n####\n");
    assertThat(plan(uneven(), 10)).isEqualTo("####\n....\n....\n####\n....\n");
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "0.1, 1", "0.15, 2", "0.25, 3", "0.35, 4", "9, 4"})
  void evenErrorsGiveIntervals(double alpha, int interval) {
    BranchLayout layout = new BranchLayout(3, LAYOUT.kinds());
    assertThat(new SmoothCachePolicy(rising(9, layout), alpha).plan(PlanRequest.of(9, layout)))
        .isEqualTo(new IntervalPolicy(interval).plan(PlanRequest.of(9, layout)));
  }

  @Test
  void kindsAreAveragedOverTheirLayers() {
    float[][][] changes = {{{0}, {0.2f}}, {{0}, {1}}, {{0}, {0.4f}}, {{0}, {3}}};
    SmoothCacheProfile profile = SmoothCacheProfile.ofBranches(ORIGIN, LAYOUT, changes, Map.of());
    assertThat(profile.error(0, 1, 1)).isCloseTo(0.3f, within(1e-6f));
    assertThat(profile.error(1, 1, 1)).isEqualTo(2);
    assertThat(plan(profile, 1)).isEqualTo("####\n.#.#\n");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.25, 0.3, 0.375, 0.5, 0.9})
  void nearestThresholdIsTheBestOfAll(double wish) {
    SmoothCacheProfile profile = uneven();
    SmoothCachePolicy found = SmoothCachePolicy.nearest(profile, CachePlan::cacheUtilisation, wish);
    double miss = Math.abs(found.plan(PlanRequest.of(5, LAYOUT)).cacheUtilisation() - wish);
    for (double alpha = 0; alpha < 1; alpha += 0.001) {
      CachePlan plan = new SmoothCachePolicy(profile, alpha).plan(PlanRequest.of(5, LAYOUT));
      assertThat(miss).isLessThanOrEqualTo(Math.abs(plan.cacheUtilisation() - wish) + 1e-12);
    }
    assertThat(found.name()).hasSizeLessThan("smoothcache:0.0123".length());
  }

  @Test
  void nearestGoesByAnyMeasure() {
    ComputeCost cost = new ComputeCost(0, new long[] {9, 1, 9, 1});
    SmoothCachePolicy found = SmoothCachePolicy.nearest(uneven(), cost::speedup, 2);
    assertThat(cost.speedup(found.plan(PlanRequest.of(5, LAYOUT)))).isBetween(1.6, 2.5);
  }

  @Test
  void anotherRunIsRefused() {
    SmoothCachePolicy policy = new SmoothCachePolicy(uneven(), 0.1);
    assertThatThrownBy(() -> policy.plan(PlanRequest.of(6, LAYOUT)))
        .hasMessageContaining("for 5 steps");
    BranchLayout other = new BranchLayout(3, LAYOUT.kinds());
    assertThatThrownBy(() -> policy.plan(PlanRequest.of(5, other)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 blocks")
        .hasMessageContaining("has 3");
    assertThat(policy.plan(new PlanRequest(5, LAYOUT, new ModelFit("renamed", "aaaa", "ddim"))))
        .hasToString(plan(uneven(), 0.1));
    assertThatThrownBy(
            () -> policy.plan(new PlanRequest(5, LAYOUT, new ModelFit("other", "bbbb", "ddim"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("measured for the model tiny")
        .hasMessageContaining("bbbb");
    assertThatThrownBy(
            () -> policy.plan(new PlanRequest(5, LAYOUT, new ModelFit("tiny", "aaaa", "ddpm"))))
        .hasMessageContaining("sampler ddim")
        .hasMessageContaining("ddpm");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, Double.NaN, Double.POSITIVE_INFINITY})
  void thresholdIsANumber(double alpha) {
    assertThatThrownBy(() -> new SmoothCachePolicy(uneven(), alpha))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Double.toString(alpha));
  }

  @Test
  void profilesAreReadBack() throws IOException {
    Path file = folder.resolve("profile.safetensors");
    SmoothCacheFile.write(file, uneven());
    SmoothCacheProfile read = SmoothCacheFile.read(file);
    assertThat(read.origin()).isEqualTo(ORIGIN);
    assertThat(read.layout()).isEqualTo(LAYOUT);
    assertThat(read.settings()).containsExactly(Map.entry("seed", "3"));
    assertThat(read.maxGap()).isEqualTo(2);
    assertThat(plan(read, 0.1)).isEqualTo(plan(uneven(), 0.1));
    Path again = folder.resolve("again.safetensors");
    SmoothCacheFile.write(again, read);
    assertThat(again).hasSameBinaryContentAs(file);

    CachePolicy named = CachePolicies.parse("SmoothCache:0.1:" + file);
    assertThat(named.name()).isEqualTo("smoothcache:0.1");
    assertThat(named.plan(PlanRequest.of(5, LAYOUT))).hasToString(plan(uneven(), 0.1));
    CachePolicy asked = CachePolicies.parse("smoothcache:cur=0.4:" + file);
    assertThat(CachePolicies.parse(asked.name() + ":" + file).plan(PlanRequest.of(5, LAYOUT)))
        .isEqualTo(asked.plan(PlanRequest.of(5, LAYOUT)));
    for (String impossible : new String[] {"50.0", "-0.1", "1.0", "NaN"}) {
      assertThatThrownBy(() -> CachePolicies.parse("smoothcache:cur=" + impossible + ":" + file))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("utilisation is " + impossible + ", expected 0 to below 1");
    }
  }

  @Test
  void damagedFilesAreRefused() throws IOException {
    Path file = folder.resolve("profile.safetensors");
    SmoothCacheFile.write(file, uneven());
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {0, 7, 100, whole.length / 2, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> SmoothCacheFile.read(file))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(file.toString());
    }
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> CachePolicies.parse("smoothcache:0.1:" + missing))
        .isInstanceOf(NoSuchFileException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "format, x, harmonica-smoothcache/1",
    "kinds, FEED_FORWARD, 'errors of 2 kinds'",
    "kinds, 'FEED_FORWARD,FOO', 'kinds with \"FOO\", expected some of [SELF_ATTENTION'",
    "kinds, 'FEED_FORWARD,FEED_FORWARD', none of them twice",
    "blocks, two, 'blocks \"two\", expected a whole number'",
    "blocks, 0, blocks is 0",
    "model,, model"
  })
  void wrongMetadataIsRefused(String name, String value, String named) throws IOException {
    Path good = folder.resolve("profile.safetensors");
    SmoothCacheFile.write(good, uneven());
    Path bad = folder.resolve("bad.safetensors");
    SafetensorsWriter writer = new SafetensorsWriter();
    try (SafetensorsFile file = SafetensorsFile.open(good)) {
      file.metadata().forEach(writer::metadata);
      writer.put("errors", file).write(bad);
    }
    SafetensorsWriter changed = new SafetensorsWriter();
    try (SafetensorsFile file = SafetensorsFile.open(bad)) {
      file.metadata()
          .forEach(
              (key, text) -> {
                if (!key.equals(name)) {
                  changed.metadata(key, text);
                } else if (value != null) {
                  changed.metadata(key, value);
                }
              });
      changed.put("errors", file).write(good);
    }
    assertThatThrownBy(() -> SmoothCacheFile.read(good))
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageContaining(good.toString())
        .hasMessageContaining(named);
  }

  @ParameterizedTest
  @ValueSource(floats = {-1, Float.NaN, Float.POSITIVE_INFINITY})
  void wrongErrorsAreRefused(float error) throws IOException {
    Path file = folder.resolve("profile.safetensors");
    SmoothCacheFile.write(file, uneven());
    SafetensorsWriter writer = new SafetensorsWriter();
    try (SafetensorsFile good = SafetensorsFile.open(file)) {
      good.metadata().forEach(writer::metadata);
    }
    float[] values = new float[20];
    values[3] = error;
    writer.put("errors", new Shape(2, 5, 2), values).write(file);
    assertThatThrownBy(() -> SmoothCacheFile.read(file))
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageContaining("the error " + error);
    SafetensorsWriter flat = new SafetensorsWriter().metadata("format", "harmonica-smoothcache/1");
    flat.put("errors", new Shape(20), new float[20]).write(file);
    assertThatThrownBy(() -> SmoothCacheFile.read(file))
        .isInstanceOf(MalformedCheckpointException.class);
  }
}
