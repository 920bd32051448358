package io.harmonica.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cache.CacheHook;
import io.harmonica.diffusion.Conditioning;
import io.harmonica.diffusion.DdimSampler;
import io.harmonica.diffusion.Denoiser;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.ModelIdentity;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.BranchKind;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.ComputeCost;
import io.harmonica.plan.PlanRequest;
import io.harmonica.policy.IntervalPolicy;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CandidateTest {
  private static final int STEPS = 10;
  private static final BranchLayout LAYOUT =
      new BranchLayout(2, List.of(BranchKind.SELF_ATTENTION, BranchKind.FEED_FORWARD));
  private static final ComputeCost COST = new ComputeCost(2, new long[] {1, 3, 1, 3});
  private static final SamplingSetup RUN =
      new SamplingSetup(
          new SilentDenoiser(),
          ModelIdentity.named("toy"),
          (steps, seed) -> new DdimSampler(NoiseSchedule.linear().respace(steps), false),
          STEPS,
          Guidance.NONE,
          new Shape(1, 2, 2),
          (owner, random, count) -> new Conditioning(new NDList(), new NDList()));

  /** A model that is never run. */
  private static final class SilentDenoiser implements Denoiser {
    @Override
    public BranchLayout layout() {
      return LAYOUT;
    }

    @Override
    public ComputeCost cost() {
      return COST;
    }

    @Override
    public NDArray predict(NDArray x, double timestep, NDList conditioning, CacheHook hook) {
      throw new AssertionError("a plan needs no forward pass");
    }
  }

  @Test
  void policyKeepsTheComparisonsSteps() throws IOException {
    Candidate interval = Candidate.parse("interval:2", RUN);
    assertThat(interval)
        .isEqualTo(
            new Candidate("interval:2", new IntervalPolicy(2).plan(PlanRequest.of(STEPS, LAYOUT))))
        .isEqualTo(Candidate.of(new IntervalPolicy(2), RUN));
    assertThat(interval.steps()).isEqualTo(STEPS);
    // 10 full steps cost 100, five full and five empty ones 60.
    assertThat(interval.speedup(COST, STEPS)).isCloseTo(100 / 60.0, within(1e-12));
  }

  @Test
  void fewerStepsComputeEverything() throws IOException {
    Candidate plain = Candidate.parse("Steps:7", RUN);
    assertThat(plain).isEqualTo(Candidate.plainSteps(7, RUN));
    assertThat(plain.name()).isEqualTo("steps:7");
    assertThat(plain.steps()).isEqualTo(7);
    assertThat(plain.plan().cacheUtilisation()).isZero();
    assertThat(plain.speedup(COST, STEPS)).isCloseTo(10 / 7.0, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({"1, 10", "2, 6", "3, 5", "10, 3"})
  void equalComputeIsTheNearestNumberOfSteps(int interval, int steps) {
    // 10 steps, 1 + 9 / interval of which are full: 100, 60, 52, 28.
    Candidate rival = Candidate.of(new IntervalPolicy(interval), RUN);
    assertThat(Candidate.plainAsDearAs(rival.plan(), RUN).steps()).isEqualTo(steps);
  }

  @ParameterizedTest
  @CsvSource({
    "steps:x, x",
    "steps:, steps:14",
    "steps:0, steps is 0",
    "steps:-3, -3",
    "step:3, step"
  })
  void wrongEntriesAreRefusedInOneLine(String text, String named) {
    assertThatThrownBy(() -> Candidate.parse(text, RUN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(named)
        .hasMessageMatching(".*");
  }
}
