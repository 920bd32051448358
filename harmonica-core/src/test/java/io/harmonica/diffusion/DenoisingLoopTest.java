package io.harmonica.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cache.CacheHook;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.Forecast;
import io.harmonica.plan.PlanRequest;
import io.harmonica.policy.FullPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whole trajectories under a plan. */
final class DenoisingLoopTest {
  private static final int STEPS = 5;
  private static final Shape SHAPE = new Shape(2, 3, 2, 2);
  private static final long FEATURE_BYTES = SHAPE.size() * 4;
  private static final CachePlan MIXED =
      CachePlan.of(STEPS, 2, (step, branch) -> step == 3 || step % 2 == branch);

  private final ToyDenoiser toy = new ToyDenoiser();
  private final Sampler sampler = new DdimSampler(NoiseSchedule.linear().respace(STEPS), false);
  private NDManager manager;
  private GuidedDenoiser model;
  private NDArray noise;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
    noise = Noise.normal(manager, new Random(5), SHAPE);
    model = new GuidedDenoiser(manager, toy, conditioning(), Guidance.NONE);
  }

  @AfterEach
  void close() {
    model.close();
    manager.close();
  }

  private Conditioning conditioning() {
    return new Conditioning(new NDList(manager.create(new float[] {0.1f, -0.2f})), new NDList());
  }

  private float[] sample(CachePlan plan, DenoisingLoop.Listener listener) {
    try (NDArray x = DenoisingLoop.sample(manager, model, sampler, plan, noise, listener)) {
      return x.toFloatArray();
    }
  }

  private float[] sample(CachePlan plan) {
    return sample(plan, DenoisingLoop.Listener.NONE);
  }

  /** The loop without a loop's care: a map for a cache, and nothing is freed. */
  private float[] bare(CachePlan plan) {
    Map<Integer, NDArray> cache = new HashMap<>();
    try (Trajectory trajectory = sampler.start(manager, noise, Prediction.NOISE)) {
      for (int step = 0; step < STEPS; step++) {
        int now = step;
        CacheHook hook =
            (branch, compute) -> {
              if (plan.computes(now, branch)) {
                cache.put(branch, compute.get());
              }
              return cache.get(branch);
            };
        NDArray x = trajectory.x().duplicate();
        trajectory.advance(model.predict(x, sampler.schedule().timestep(step), hook));
      }
      return trajectory.x().toFloatArray();
    }
  }

  private CachePlan full() {
    return new FullPolicy().plan(PlanRequest.of(STEPS, toy.layout()));
  }

  @Test
  void fullPlanIsTheBareLoop() {
    assertThat(sample(full())).isEqualTo(bare(full()));
  }

  @Test
  void planUsesWhatItsCacheHolds() {
    assertThat(sample(MIXED)).isEqualTo(bare(MIXED)).isNotEqualTo(bare(full()));
  }

  @Test
  void reusedBranchesAreNotComputed() {
    sample(MIXED);
    // Steps 0 and 3 compute both, steps 2 and 4 the first branch, step 1 the second.
    assertThat(toy.computed).containsExactly(0, 1, 1, 0, 0, 1, 0);
  }

  @Test
  void listenerSeesEverySampleAndTheCache() {
    List<Integer> steps = new ArrayList<>();
    List<Long> bytes = new ArrayList<>();
    List<float[]> samples = new ArrayList<>();
    float[] end =
        sample(
            MIXED,
            (step, x, cacheBytes) -> {
              steps.add(step);
              bytes.add(cacheBytes);
              samples.add(x.toFloatArray());
            });
    assertThat(steps).containsExactly(0, 1, 2, 3, 4);
    assertThat(samples.get(4)).isEqualTo(end);
    assertThat(samples.get(3)).isNotEqualTo(end);
    // Branch 0 is kept after step 0, branch 1 after steps 1 and 3.
    assertThat(bytes).containsExactly(FEATURE_BYTES, FEATURE_BYTES, 0L, FEATURE_BYTES, 0L);
  }

  @Test
  void plansForAnotherRunAreRefused() {
    assertThatThrownBy(() -> sample(CachePlan.ofSteps(STEPS + 1, 2, step -> true)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("6 steps and 2 branches")
        .hasMessageContaining("5 steps and the model 2 branches");
    assertThatThrownBy(() -> sample(CachePlan.ofSteps(STEPS, 56, step -> true)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("56 branches");
    assertThat(toy.rows).isEmpty();
  }

  @Test
  void noiseOfMoreSamplesThanTheConditioningIsRefused() {
    Conditioning both =
        new Conditioning(
            new NDList(manager.create(new float[] {0.1f, -0.2f})),
            new NDList(manager.zeros(new Shape(2))));
    NDArray more = Noise.normal(manager, new Random(5), new Shape(3, 3, 2, 2));
    for (Guidance guidance : List.of(Guidance.NONE, new Guidance(2, 3))) {
      try (GuidedDenoiser bound = new GuidedDenoiser(manager, toy, both, guidance)) {
        assertThatThrownBy(
                () ->
                    DenoisingLoop.sample(
                        manager, bound, sampler, MIXED, more, DenoisingLoop.Listener.NONE))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("the noise is (3, 3, 2, 2), of 3 samples")
            .hasMessageContaining("the conditioning of 2");
      }
    }
    assertThat(toy.rows).as("nothing has run").isEmpty();
  }

  /** Repeats in one half and forgets in the other. */
  private static final CachePlan HALVES =
      MIXED.forecasting(
          (step, branch, history) -> Forecast.ofHalves(new float[] {1}, new float[] {0}));

  @Test
  void weightsForHalvesNeedGuidance() {
    assertThatThrownBy(() -> sample(HALVES))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two halves of a guided batch")
        .hasMessageContaining("no guidance");
    assertThat(toy.rows).as("nothing has run").isEmpty();
    // Equal halves are no halves.
    CachePlan alike =
        MIXED.forecasting(
            (step, branch, history) -> Forecast.ofHalves(new float[] {1}, new float[] {1}));
    assertThat(sample(alike)).isEqualTo(sample(MIXED));
  }

  @Test
  void weightsForHalvesRunUnderGuidance() {
    Conditioning both =
        new Conditioning(
            new NDList(manager.create(new float[] {0.1f, -0.2f})),
            new NDList(manager.zeros(new Shape(2))));
    try (GuidedDenoiser guided = new GuidedDenoiser(manager, toy, both, new Guidance(2, 3));
        NDArray halves =
            DenoisingLoop.sample(
                manager, guided, sampler, HALVES, noise, DenoisingLoop.Listener.NONE);
        NDArray plain =
            DenoisingLoop.sample(
                manager, guided, sampler, MIXED, noise, DenoisingLoop.Listener.NONE)) {
      assertThat(guided.guidance()).isEqualTo(new Guidance(2, 3));
      assertThat(halves.toFloatArray()).isNotEqualTo(plain.toFloatArray());
    }
  }

  @Test
  void noiseIsLeftAlone() {
    float[] before = noise.toFloatArray();
    sample(MIXED);
    assertThat(noise.toFloatArray()).isEqualTo(before);
  }

  @Test
  void memoryIsFlatOverTrajectories() {
    int before = manager.getManagedArrays().size();
    for (int i = 0; i < 50; i++) {
      sample(MIXED);
      assertThat(manager.getManagedArrays()).as("trajectory %d", i).hasSize(before);
    }
  }

  @Test
  void memoryIsFreedWhenTheListenerThrows() {
    int before = manager.getManagedArrays().size();
    assertThatThrownBy(
            () ->
                sample(
                    MIXED,
                    (step, x, bytes) -> {
                      throw new UnsupportedOperationException("stop");
                    }))
        .hasMessage("stop");
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void anInterruptedThreadEndsBetweenSteps() {
    int before = manager.getManagedArrays().size();
    assertThatThrownBy(
            () ->
                sample(
                    MIXED,
                    (step, x, bytes) -> {
                      if (step == 2) {
                        Thread.currentThread().interrupt();
                      }
                    }))
        .isInstanceOf(CancellationException.class)
        .hasMessageContaining("interrupted");
    assertThat(Thread.interrupted()).as("still interrupted").isTrue();
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  /**
   * DDIM's own move, worked out from the schedule: x and eps to the sample after the first step.
   */
  private float[] moved(float[] x, float eps) {
    double now = sampler.schedule().alphaBar(0);
    double after = sampler.schedule().alphaBarAfter(0);
    float[] moved = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      double start = (x[i] - Math.sqrt(1 - now) * eps) / Math.sqrt(now);
      moved[i] = (float) (Math.sqrt(after) * start + Math.sqrt(1 - after) * eps);
    }
    return moved;
  }

  @Test
  void aStepRunsThePassAtTheSampleAndMovesByItsOutput() {
    float[] before = noise.toFloatArray();
    try (Trajectory trajectory = sampler.start(manager, noise, Prediction.NOISE)) {
      DenoisingLoop.step(
          manager,
          trajectory,
          (owner, x, time) -> {
            assertThat(trajectory.step()).isZero();
            assertThat(time).isEqualTo(sampler.schedule().timestep(0));
            assertThat(x.toFloatArray()).isEqualTo(before);
            assertThat(x.getManager()).isSameAs(owner);
            // The pass may do with its x what it likes.
            x.muli(0);
            return x.add(0.5f);
          });
      assertThat(trajectory.step()).isEqualTo(1);
      assertThat(trajectory.x().toFloatArray())
          .usingComparatorWithPrecision(1e-5f)
          .containsExactly(moved(before, 0.5f));
    }
  }

  @Test
  void aStepFreesWhatThePassMadeAndAFailedOneDoesNotMove() {
    try (Trajectory trajectory = sampler.start(manager, noise, Prediction.NOISE)) {
      int before = manager.getManagedArrays().size();
      List<NDManager> owners = new ArrayList<>();
      for (int step = 0; step < STEPS - 1; step++) {
        DenoisingLoop.step(
            manager,
            trajectory,
            (owner, x, time) -> {
              owners.add(owner);
              owner.zeros(SHAPE);
              return x.mul(0.1f).add(x);
            });
        assertThat(manager.getManagedArrays()).as("step %d", step).hasSize(before);
      }
      assertThat(owners).hasSize(STEPS - 1).doesNotHaveDuplicates().noneMatch(NDManager::isOpen);
      float[] last = trajectory.x().toFloatArray();
      DenoisingLoop.Pass failing =
          (owner, x, time) -> {
            owner.zeros(SHAPE);
            throw new UnsupportedOperationException("out of order");
          };
      assertThatThrownBy(() -> DenoisingLoop.step(manager, trajectory, failing))
          .hasMessage("out of order");
      assertThat(manager.getManagedArrays()).hasSize(before);
      assertThat(trajectory.step()).isEqualTo(STEPS - 1);
      assertThat(trajectory.x().toFloatArray()).isEqualTo(last);
      DenoisingLoop.step(manager, trajectory, (owner, x, time) -> x.duplicate());
      assertThatThrownBy(
              () -> DenoisingLoop.step(manager, trajectory, (owner, x, time) -> x.duplicate()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("after its 5 steps");
    }
  }
}
