package io.harmonica.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.harmonica.cache.CacheHook;
import io.harmonica.cache.FeatureCache;
import io.harmonica.diffusion.Noise;
import io.harmonica.plan.BranchKind;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.ComputeCost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model of both kinds of blocks under hooks. */
final class BlockDenoiserTest {
  @TempDir private Path folder;
  private OwnTransformer own;
  private NDManager manager;
  private NDArray x;
  private NDList labels;

  @BeforeEach
  void open() throws IOException {
    own = new OwnTransformer(folder);
    manager = own.manager;
    x = Noise.normal(manager, new Random(1), new Shape(2, 1, 4, 4));
    labels = own.draw(manager, new Random(2), 2).conditional();
  }

  @AfterEach
  void close() {
    own.close();
  }

  @Test
  void branchesAreAskedForInOrder() {
    List<Integer> asked = new ArrayList<>();
    NDArray output =
        own.model.predict(
            x,
            300,
            labels,
            (branch, compute) -> {
              asked.add(branch);
              return compute.get();
            });
    assertThat(output.getShape()).isEqualTo(x.getShape());
    assertThat(asked).containsExactly(0, 1, 2, 3);
    assertThat(own.model.layout())
        .isEqualTo(
            new BranchLayout(2, List.of(BranchKind.SELF_ATTENTION, BranchKind.FEED_FORWARD)));
  }

  @Test
  void timeAndLabelsCount() {
    NDArray output = own.model.predict(x, 300, labels, CacheHook.COMPUTE);
    assertThat(own.model.predict(x, 300, labels, CacheHook.COMPUTE)).isEqualTo(output);
    assertThat(own.model.predict(x, 20, labels, CacheHook.COMPUTE)).isNotEqualTo(output);
    NDList none = new NDList(labels.head().zerosLike().sub(1));
    assertThat(own.model.predict(x, 300, none, CacheHook.COMPUTE)).isNotEqualTo(output);
  }

  /** What is reused is what went through the hook, and the gate of the new time multiplies it. */
  @Test
  void reusedOutputsStandForComputedOnes() {
    try (FeatureCache cache = new FeatureCache(manager, 4)) {
      NDArray full = own.model.predict(x, 300, labels, fill(cache));
      assertThat(own.model.predict(x, 300, labels, (branch, compute) -> cache.get(branch)))
          .isEqualTo(full);
      NDArray later = own.model.predict(x, 20, labels, (branch, compute) -> cache.get(branch));
      assertThat(later).isNotEqualTo(full);
      assertThat(later).isNotEqualTo(own.model.predict(x, 20, labels, CacheHook.COMPUTE));
    }
  }

  /** All else than the prediction and the branches' outputs, which are the hook's, is freed. */
  @Test
  void aPassLeavesNothingBehind() {
    NDList outputs = new NDList();
    CacheHook keep =
        (branch, compute) -> {
          outputs.add(compute.get());
          return outputs.get(branch);
        };
    int before = manager.getManagedArrays().size();
    own.model.predict(x, 300, labels, keep).close();
    assertThat(outputs).hasSize(4);
    assertThat(manager.getManagedArrays().size()).isEqualTo(before + 4);
    outputs.close();
    assertThat(manager.getManagedArrays().size()).isEqualTo(before);
    assertThat(x.getManager()).isSameAs(manager);
    assertThat(labels.head().getManager()).isSameAs(manager);
  }

  private static CacheHook fill(FeatureCache cache) {
    return (branch, compute) -> {
      NDArray fresh = compute.get();
      cache.put(branch, fresh.duplicate());
      return fresh;
    };
  }

  /** What the student of step-wise training is: r fresh + (1 - r) cached. */
  private static CacheHook blend(FeatureCache cache, NDArray scores) {
    return (branch, compute) -> {
      NDArray cached = cache.get(branch);
      return compute.get().sub(cached).mul(scores.get(branch)).add(cached);
    };
  }

  private double loss(FeatureCache filled, NDArray scores, NDArray teacher) {
    try (FeatureCache cache = filled.fork(manager)) {
      NDArray student = own.model.predict(x, 250, labels, blend(cache, scores));
      return student.sub(teacher).square().mean().getFloat();
    }
  }

  /** The gradient that step-wise training follows, through TorchScript and DJL's own blocks. */
  @Test
  void gradientsMatchFiniteDifferences() {
    float[] at = {0.3f, 0.6f, 0.45f, 0.8f};
    try (FeatureCache filled = new FeatureCache(manager, 4)) {
      own.model.predict(x, 700, labels, fill(filled));
      NDArray teacher = own.model.predict(x, 250, labels, CacheHook.COMPUTE);
      NDArray scores = manager.create(at);
      scores.setRequiresGradient(true);
      float[] gradient;
      try (GradientCollector collector = manager.getEngine().newGradientCollector();
          FeatureCache cache = filled.fork(manager)) {
        NDArray student = own.model.predict(x, 250, labels, blend(cache, scores));
        collector.backward(student.sub(teacher).square().mean());
        gradient = scores.getGradient().toFloatArray();
      }
      double largest = 0;
      for (float slope : gradient) {
        largest = Math.max(largest, Math.abs(slope));
      }
      assertThat(largest).isPositive();
      for (int branch = 0; branch < 4; branch++) {
        float[] above = at.clone();
        float[] below = at.clone();
        above[branch] += 0.02f;
        below[branch] -= 0.02f;
        double slope =
            (loss(filled, manager.create(above), teacher)
                    - loss(filled, manager.create(below), teacher))
                / 0.04;
        assertThat(gradient[branch])
            .as("branch %d", branch)
            .isNotZero()
            .isCloseTo((float) slope, within((float) (0.01 * largest)));
      }
    }
    assertThat(own.blocks)
        .allSatisfy(
            block ->
                assertThat(block.getParameters().values())
                    .noneMatch(parameter -> parameter.getArray().hasGradient()));
  }

  @Test
  void costsAreMeasured() {
    ResidualBranch quick =
        new ResidualBranch(BranchKind.SELF_ATTENTION, (t, c) -> t, (t, o, c) -> t);
    ResidualBranch slow =
        ResidualBranch.of(
            BranchKind.FEED_FORWARD,
            (tokens, context) -> {
              NDArray sum = tokens;
              for (int i = 0; i < 300; i++) {
                sum = sum.add(tokens);
              }
              return sum;
            });
    ComputeCost cost =
        BlockDenoiser.measured(
                (noisy, times, c) -> new NDList(noisy),
                List.of(quick, slow),
                (tokens, c) -> tokens,
                x,
                labels)
            .cost();
    assertThat(cost.branch(0)).isPositive();
    assertThat(cost.branch(1)).isGreaterThan(10 * cost.branch(0));
    assertThat(cost.fixed()).isPositive();
  }

  /** A constant of the model that the stem hands on is not freed with the pass. */
  @Test
  void constantsStayTheModels() {
    NDArray constant = manager.ones(new Shape(1, 1, 4, 4));
    BlockDenoiser model =
        new BlockDenoiser(
            (noisy, times, c) -> new NDList(noisy, constant),
            List.of(
                ResidualBranch.of(BranchKind.FEED_FORWARD, (tokens, c) -> tokens.mul(c.head()))),
            (tokens, c) -> tokens,
            new ComputeCost(0, new long[] {1}));
    for (int pass = 0; pass < 2; pass++) {
      assertThat(model.predict(x, 0, new NDList(), CacheHook.COMPUTE)).isEqualTo(x.add(x));
    }
    assertThat(constant.getManager()).isSameAs(manager);
    assertThat(x.toFloatArray()).hasSize(32);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    ResidualBranch attention = ResidualBranch.of(BranchKind.SELF_ATTENTION, (t, c) -> t);
    ResidualBranch wrong =
        ResidualBranch.of(BranchKind.FEED_FORWARD, (tokens, c) -> tokens.flatten());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> identity(1, attention, attention, wrong))
        .withMessageContaining("expected [SELF_ATTENTION] in every block");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> identity(2, attention))
        .withMessageContaining("the cost is that of 2 branches, expected 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> identity(1, wrong).predict(x, 0, new NDList(), CacheHook.COMPUTE))
        .withMessageContaining("a branch put out (32) for tokens (2, 1, 4, 4)");
    BlockDenoiser flat =
        new BlockDenoiser(
            (noisy, times, c) -> new NDList(noisy),
            List.of(attention),
            (tokens, c) -> tokens.flatten(),
            new ComputeCost(0, new long[1]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> flat.predict(x, 0, new NDList(), CacheHook.COMPUTE))
        .withMessageContaining("the head predicted (32) for samples (2, 1, 4, 4)");
  }

  private static BlockDenoiser identity(int costs, ResidualBranch... branches) {
    return new BlockDenoiser(
        (noisy, times, c) -> new NDList(noisy),
        List.of(branches),
        (tokens, c) -> tokens,
        new ComputeCost(0, new long[costs]));
  }
}
