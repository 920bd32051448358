package io.harmonica.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cache.CacheHook;
import io.harmonica.diffusion.Conditioning;
import io.harmonica.diffusion.Denoiser;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.ModelIdentity;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.diffusion.Samplers;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.BranchKind;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.ComputeCost;
import io.harmonica.plan.ModelFit;
import io.harmonica.plan.PlanRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From scores to a plan, and only where the router fits. */
final class RouterTest {
  private static final BranchLayout THREE = new BranchLayout(1, List.of(BranchKind.values()));

  /** The scores by which the paper's poster explains the router, in execution order. */
  private static final double[][] POSTER = {{}, {.6, .4, .8}, {.2, .3, .7}, {.7, .2, .9}};

  private static final String POSTERS_PLAN = "###\n#.#\n..#\n#.#\n";

  @TempDir Path folder;

  private static RouterProvenance provenance(String hash, String sampler) {
    return new RouterProvenance("tiny", hash, sampler, 1.5, 0.5, 7, "", Map.of());
  }

  private static Router poster() {
    float[][] logits = new float[4][3];
    logits[0] = new float[] {5, 5, 5};
    for (int step = 1; step < 4; step++) {
      for (int branch = 0; branch < 3; branch++) {
        double r = POSTER[step][branch];
        logits[step][branch] = (float) Math.log(r / (1 - r));
      }
    }
    return new Router(logits, provenance("", ""));
  }

  @Test
  void postersExample() {
    CachePlan plan = poster().plan(PlanRequest.of(4, THREE));
    assertThat(plan).hasToString(POSTERS_PLAN);
  }

  @Test
  void anotherSamplerIsWrittenBesideTheOneOfTheTraining() {
    Router trained = new Router(poster().logits(), provenance("h", "ddim"));
    Router twice = trained.withSampler("sa").withSampler("dpmpp");
    assertThat(twice.provenance().fit()).isEqualTo(new ModelFit("tiny", "h", "dpmpp"));
    assertThat(twice.provenance().settings())
        .containsExactly(Map.entry("trained_with_sampler", "ddim"));
    assertThat(twice.provenance().seed()).isEqualTo(7);
    assertThat(twice.logits()).isDeepEqualTo(trained.logits());
    assertThat(twice.uncheckedPlan()).isEqualTo(trained.uncheckedPlan());
    assertThat(poster().withSampler("sa").provenance().settings()).isEmpty();
  }

  @Test
  void scoresAreSigmoidsOfLogits() {
    Router scores = poster();
    for (int step = 1; step < 4; step++) {
      for (int branch = 0; branch < 3; branch++) {
        assertThat(scores.score(step, branch)).isCloseTo(POSTER[step][branch], within(1e-7));
      }
    }
  }

  @Test
  void scoreMustBeAboveTheThreshold() {
    Router half = new Router(new float[][] {{0}, {0}}, provenance("", ""));
    assertThat(half.withThreshold(0.5).uncheckedPlan()).hasToString("#\n.\n");
    assertThat(half.withThreshold(0.499).uncheckedPlan()).hasToString("#\n#\n");
    assertThat(half.withThreshold(1).uncheckedPlan()).hasToString("#\n.\n");
  }

  /** A model that is never run. */
  private record SilentDenoiser(BranchLayout layout) implements Denoiser {
    @Override
    public ComputeCost cost() {
      return new ComputeCost(1, new long[layout.branches()]);
    }

    @Override
    public NDArray predict(NDArray x, double timestep, NDList conditioning, CacheHook hook) {
      throw new AssertionError("a plan needs no forward pass");
    }
  }

  private static SamplingSetup run(
      int steps, int blocks, String model, String hash, String sampler) {
    return new SamplingSetup(
        new SilentDenoiser(new BranchLayout(blocks, THREE.kinds())),
        new ModelIdentity(model, hash, Map.of()),
        (count, seed) -> Samplers.parse(sampler, NoiseSchedule.linear(), count, false, seed),
        steps,
        Guidance.NONE,
        new Shape(1, 2, 2),
        (owner, random, count) -> new Conditioning(new NDList(), new NDList()));
  }

  private static Router poster(String hash, String sampler) {
    return new Router(poster().logits(), provenance(hash, sampler));
  }

  /** Is refused by the run, and gives its plan all the same to who asks for it. */
  private static void assertRefused(SamplingSetup run, Router router, String... named) {
    assertThatThrownBy(() -> run.plan(router))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(named);
    assertThat(router.uncheckedPlan()).hasToString(POSTERS_PLAN);
  }

  @Test
  void itsOwnRunGetsThePlan() {
    SamplingSetup run = run(4, 1, "tiny", "aaaa", "ddim");
    assertThat(run.plan(poster("aaaa", "ddim"))).hasToString(POSTERS_PLAN);
  }

  @Test
  void otherStepsAreRefusedWithBothNumbers() {
    SamplingSetup run = run(20, 1, "tiny", "aaaa", "ddim");
    assertRefused(run, poster("aaaa", "ddim"), "for 4 steps", "has 20");
  }

  @Test
  void otherBranchesAreRefusedWithBothNumbers() {
    SamplingSetup run = run(4, 7, "tiny", "aaaa", "ddim");
    assertRefused(run, poster("aaaa", "ddim"), "for 3 branches", "has 21");
  }

  @Test
  void otherModelIsRefusedWithBothHashes() {
    Router router = poster("aaaa", "ddim");
    SamplingSetup run = run(4, 1, "large", "bbbb", "ddim");
    assertRefused(run, router, "tiny (SHA-256 aaaa)", "large (bbbb)");
    // A model is known by its weights, not by what somebody calls it.
    assertThat(run(4, 1, "renamed", "aaaa", "ddim").plan(router)).hasToString(POSTERS_PLAN);
  }

  @Test
  void otherSamplerIsRefusedWithBothNames() {
    SamplingSetup run = run(4, 1, "tiny", "aaaa", "ddpm");
    assertRefused(run, poster("aaaa", "ddim"), "sampler ddim", "has ddpm");
  }

  @Test
  void unknownFitsEverything() {
    assertThat(run(4, 1, "any", "bbbb", "ddpm").plan(poster("", ""))).hasToString(POSTERS_PLAN);
    assertThat(run(4, 1, "any", "", "ddpm").plan(poster("aaaa", ""))).hasToString(POSTERS_PLAN);
  }

  @Test
  void provenanceOfATrainingSaysWhereTheRouterFits() throws IOException {
    SamplingSetup run = run(4, 1, "tiny", "aaaa", "ddim");
    RouterProvenance trained = RouterProvenance.of(run, 0.5, 7, Map.of("beta", "0.25"));
    assertThat(trained.fit()).isEqualTo(new ModelFit("tiny", "aaaa", "ddim"));
    assertThat(trained.settings()).containsEntry("beta", "0.25").containsEntry("steps", "4");
    Path file = folder.resolve("router.safetensors");
    new Router(poster().logits(), trained).write(file);
    Router read = Router.read(file);
    RouterDescription description = RouterDescription.of(read).orElseThrow();
    assertThat(description.layout()).isEqualTo(run.layout());
    assertThat(description.cost().full()).isEqualTo(run.cost().full());
    assertRefused(run(4, 1, "large", "bbbb", "ddim"), read, "aaaa", "bbbb");
    // The public code's files know neither layout nor costs.
    assertThat(RouterDescription.of(poster())).isEmpty();
  }

  @Test
  void scoresAreARectangleOfFiniteNumbers() {
    RouterProvenance any = provenance("", "");
    assertThatThrownBy(() -> new Router(new float[][] {{1, 2}, {1}}, any))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("step 1 has 1 branches, step 0 has 2");
    assertThatThrownBy(() -> new Router(new float[][] {{1}, {Float.NaN}}, any))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("step 1 holds the logit NaN");
    assertThatThrownBy(() -> new Router(new float[0][], any))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Router(new float[2][0], any))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void scoresKeepTheirOwnNumbers() {
    float[][] logits = {{1, 2}};
    Router scores = new Router(logits, provenance("", ""));
    logits[0][0] = 9;
    scores.logits()[0][1] = 9;
    assertThat(scores.logits()).isDeepEqualTo(new float[][] {{1, 2}});
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.1, 0.5, 0.99})
  void scoresOfAPlanGiveItBack(double threshold) {
    CachePlan plan = CachePlan.of(4, 3, (step, branch) -> (step + branch) % 3 == 0);
    Router router = Router.of(plan, provenance("", "")).withThreshold(threshold);
    assertThat(router.uncheckedPlan()).isEqualTo(plan);
  }
}
