package io.harmonica.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.plan.BranchKind;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.CachePolicy;
import io.harmonica.plan.Forecast;
import io.harmonica.plan.ModelFit;
import io.harmonica.plan.PlanRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fitted linear predictors as policies, and their files. */
final class LinearPolicyTest {
  private static final ModelFit ORIGIN = new ModelFit("tiny", "aaaa", "ddim");
  private static final BranchLayout LAYOUT =
      new BranchLayout(2, List.of(BranchKind.SELF_ATTENTION, BranchKind.FEED_FORWARD));

  @TempDir Path folder;

  /** Every second of 5 steps is computed; one forecast weighs the halves differently. */
  private static LinearPolicy fitted() {
    CachePlan plan =
        CachePlan.ofSteps(5, 4, step -> step % 2 == 0)
            .forecasting(
                (step, branch, history) ->
                    step == 1
                        ? Forecast.of(branch == 3 ? 0 : 0.9f + branch)
                        : branch == 2
                            ? Forecast.ofHalves(new float[] {1.5f, -0.5f}, new float[] {1, 0})
                            : Forecast.of(1.25f, -0.25f));
    return new LinearPolicy(ORIGIN, LAYOUT, plan, Map.of("seed", "3"));
  }

  private Path written() throws IOException {
    Path file = folder.resolve("linear.safetensors");
    LinearPolicyFile.write(file, fitted());
    return file;
  }

  @Test
  void filesAreReadBack() throws IOException {
    Path file = written();
    LinearPolicy read = LinearPolicyFile.read(file);
    assertThat(read).isEqualTo(fitted());
    Path again = folder.resolve("again.safetensors");
    LinearPolicyFile.write(again, read);
    assertThat(again).hasSameBinaryContentAs(file);
    CachePolicy named = CachePolicies.parse("Linear:" + file);
    assertThat(named).isEqualTo(read);
    assertThat(named.name()).isEqualTo("linear:2:halves");
    assertThat(named.plan(new PlanRequest(5, LAYOUT, ORIGIN))).isEqualTo(fitted().fitted());
  }

  @Test
  void planThatComputesEverythingIsReadBack() throws IOException {
    LinearPolicy full =
        new LinearPolicy(ORIGIN, LAYOUT, CachePlan.ofSteps(3, 4, step -> true), Map.of());
    Path file = folder.resolve("full.safetensors");
    LinearPolicyFile.write(file, full);
    assertThat(LinearPolicyFile.read(file)).isEqualTo(full);
  }

  @Test
  void anotherRunIsRefused() {
    LinearPolicy policy = fitted();
    assertThat(policy.plan(PlanRequest.of(5, LAYOUT))).isEqualTo(policy.fitted());
    assertThatThrownBy(() -> policy.plan(PlanRequest.of(6, LAYOUT)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("for 5 steps, this run has 6");
    assertThatThrownBy(() -> policy.plan(PlanRequest.of(5, new BranchLayout(3, LAYOUT.kinds()))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 blocks")
        .hasMessageContaining("has 3");
    assertThatThrownBy(
            () -> policy.plan(new PlanRequest(5, LAYOUT, new ModelFit("other", "bbbb", "ddim"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the linear predictor was fitted for the model tiny")
        .hasMessageContaining("bbbb");
    assertThatThrownBy(
            () -> policy.plan(new PlanRequest(5, LAYOUT, new ModelFit("tiny", "aaaa", "ddpm"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sampler ddim")
        .hasMessageContaining("ddpm");
  }

  @Test
  void planOfOtherBranchesIsRefused() {
    CachePlan plan = CachePlan.ofSteps(5, 3, step -> true);
    assertThatThrownBy(() -> new LinearPolicy(ORIGIN, LAYOUT, plan, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 branches, its layout has 4");
  }

  @Test
  void damagedFilesAreRefused() throws IOException {
    Path file = written();
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {0, 7, 100, whole.length / 2, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertOneLine(file);
    }
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> CachePolicies.parse("linear:" + missing))
        .isInstanceOf(NoSuchFileException.class);
    SmoothCacheProfile profile = SmoothCachePolicyTest.rising(5, LAYOUT);
    SmoothCacheFile.write(file, profile);
    assertOneLine(file).hasMessageContaining("no harmonica-linear/1 file");
  }

  /** Writes a file of the right metadata with these tensors. */
  private Path with(Shape computedShape, float[] computed, Shape weightShape, float[] weights)
      throws IOException {
    Path file = folder.resolve("wrong.safetensors");
    new SafetensorsWriter()
        .metadata("format", "harmonica-linear/1")
        .metadata("model", "m")
        .metadata("model_sha256", "")
        .metadata("sampler", "")
        .metadata("blocks", "1")
        .metadata("kinds", "FEED_FORWARD")
        .put("computed", computedShape, computed)
        .put("forecast_weights", weightShape, weights)
        .write(file);
    return file;
  }

  @ParameterizedTest
  @CsvSource({
    "3, 1, 1, 1, 1, '1 1 0', 'ok'",
    "3, 1, 1, 1, 2, '1 0 1', 'takes 2 outputs'",
    "3, 1, 1, 1, 1, '0 1 1', 'step 0 computes branch 0 is 0.0, expected 1'",
    "3, 1, 1, 1, 1, '1 0.5 1', 'is 0.5, expected 0 or 1'",
    "3, 1, 1, 1, 1, '1 NaN 1', 'is NaN, expected 0 or 1'",
    "1, 3, 1, 1, 1, '1 1 1', 'computed cells are (1, 3), expected (T, 1)'",
    "3, 1, 2, 1, 1, '1 1 0', '(3, 2, 1, 1)'",
    "3, 1, 1, 3, 1, '1 1 0', '(3, 1, 3, 1)'",
    "3, 1, 1, 1, 6, '1 1 0', '(3, 1, 1, 6)'"
  })
  void wrongTensorsAreRefused(
      int steps, int branches, int weighed, int halves, int terms, String computed, String named)
      throws IOException {
    String[] cells = computed.split(" ");
    float[] values = new float[cells.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.parseFloat(cells[i]);
    }
    float[] weights = new float[steps * weighed * halves * terms];
    Arrays.fill(weights, 0.5f);
    Path file =
        with(new Shape(steps, branches), values, new Shape(steps, weighed, halves, terms), weights);
    if (named.equals("ok")) {
      assertThat(LinearPolicyFile.read(file).fitted().forecast(2, 0)).isEqualTo(Forecast.of(0.5f));
    } else {
      assertOneLine(file).hasMessageContaining(named);
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void weightsAreFinite(float weight) throws IOException {
    Shape shape = new Shape(2, 1);
    assertOneLine(with(shape, new float[] {1, 0}, shape.add(1).add(1), new float[] {0, weight}))
        .hasMessageContaining("is " + weight);
  }

  private static AbstractThrowableAssert<?, ?> assertOneLine(Path file) {
    Throwable refusal = catchThrowable(() -> LinearPolicyFile.read(file));
    assertThat(refusal.getMessage().lines()).hasSize(1);
    return assertThat(refusal)
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageContaining(file.toString());
  }
}
