package io.harmonica.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.ModelIdentity;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.diffusion.StepSchedule;
import io.harmonica.plan.CachePlan;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PolicyBenchmarkTest {
  private static final int STEPS = 4;
  private static final int SAMPLES = 5;
  private static final BenchmarkSettings SETTINGS = new BenchmarkSettings(STEPS, SAMPLES, 2, 7);
  private static final Candidate INTERVAL =
      new Candidate("interval", CachePlan.ofSteps(STEPS, 1, step -> step % 2 == 0));
  private static final Candidate ONCE =
      new Candidate("once", CachePlan.ofSteps(STEPS, 1, step -> step == 0));
  private static final Candidate FEWER =
      new Candidate("fewer", CachePlan.ofSteps(2, 1, step -> true));

  private final NDManager manager = NDManager.newBaseManager("PyTorch");
  private final DriftingToy toy = new DriftingToy();

  @AfterEach
  void close() {
    manager.close();
  }

  private static StepSchedule schedule(int steps) {
    return NoiseSchedule.linear().respace(steps);
  }

  private SamplingSetup setup(int steps) {
    return new SamplingSetup(
        toy,
        ModelIdentity.named("toy"),
        (count, seed) -> new DriftingToy.Adding(schedule(count)),
        steps,
        Guidance.NONE,
        new Shape(1, 2, 2),
        (owner, random, count) -> DriftingToy.requests(owner, 0, count));
  }

  private PolicyBenchmark benchmark(Candidate... candidates) {
    BenchmarkSubject subject = new BenchmarkSubject(setup(STEPS), DriftingToy::requests);
    return new PolicyBenchmark(subject, SETTINGS, List.of(candidates));
  }

  /** How far the sum of timesteps lies off after each step, for a request of one. */
  private static double[] deviations(CachePlan plan) {
    StepSchedule schedule = schedule(STEPS);
    double[] deviations = new double[STEPS];
    double off = 0;
    double used = 0;
    for (int step = 0; step < STEPS; step++) {
      used = plan.computes(step, 0) ? schedule.timestep(step) : used;
      off += used - schedule.timestep(step);
      deviations[step] = off;
    }
    return deviations;
  }

  @Test
  void errorsAreThoseWorkedOutByHand() {
    List<CandidateResult> results =
        benchmark(INTERVAL, ONCE, FEWER).run(manager, BenchmarkListener.NONE);
    assertThat(results)
        .extracting(result -> result.candidate().name())
        .containsExactly("full", "interval", "once", "fewer");
    // Requests are 1 to 5: their squares' mean is 11.
    double meanSquare = 11;
    for (int i = 1; i <= 2; i++) {
      CandidateResult result = results.get(i);
      double[] off = deviations(result.candidate().plan());
      for (int step = 0; step < STEPS; step++) {
        assertThat(result.stepErrors().get(step))
            .isCloseTo(
                meanSquare * off[step] * off[step], within(1e-3 + 1e-4 * off[step] * off[step]));
      }
      double last = off[STEPS - 1] * off[STEPS - 1];
      assertThat(last).isPositive();
      for (int sample = 0; sample < SAMPLES; sample++) {
        double wanted = (sample + 1) * (sample + 1) * last;
        assertThat(result.sampleErrors().get(sample)).isCloseTo(wanted, within(1e-3 * wanted));
      }
      assertThat(result.error().value()).isCloseTo(meanSquare * last, within(1e-2 * last));
      assertThat(result.error().interval().contains(meanSquare * last)).isTrue();
    }
    assertThat(results.get(0).error()).isEqualTo(Estimate.exact(0));
    assertThat(results.get(0).stepErrors()).containsOnly(0.0).hasSize(STEPS);
  }

  @Test
  void anotherNumberOfStepsIsComparedAtTheEndAlone() {
    CandidateResult fewer = benchmark(FEWER).run(manager, BenchmarkListener.NONE).get(1);
    double off = 0;
    for (int step = 0; step < STEPS; step++) {
      off += schedule(STEPS).timestep(step) - (step < 2 ? schedule(2).timestep(step) : 0);
    }
    assertThat(fewer.stepErrors()).isEmpty();
    assertThat(fewer.error().value()).isCloseTo(11 * off * off, within(1e-2 * off * off));
    assertThat(fewer.theoreticalSpeedup()).isEqualTo(2);
  }

  @Test
  void contendersTakeTurnsAfterAWarmUp() {
    benchmark(INTERVAL, ONCE).run(manager, BenchmarkListener.NONE);
    String full = "2#2#2#2#";
    String interval = "2#2.2#2.";
    String once = "2#2.2.2.";
    assertThat(String.join("", toy.calls))
        .isEqualTo(
            full
                + full
                + interval
                + once
                + full
                + interval
                + once
                + full
                + once
                + interval
                + (full + interval + once).replace('2', '1'));
  }

  @Test
  void listenersSeeEverySampleBesideItsReference() {
    List<String> seen = new ArrayList<>();
    float[][] noise = Noise.ofSamples(7, 0, SAMPLES, 4);
    double sum = 0;
    for (int step = 0; step < STEPS; step++) {
      sum += schedule(STEPS).timestep(step);
    }
    double total = sum;
    benchmark(ONCE)
        .run(
            manager,
            new BenchmarkListener() {
              @Override
              public void afterSamples(
                  int candidate, int first, float[][] samples, float[][] reference) {
                seen.add(candidate + " from " + first + ": " + samples.length);
                for (int i = 0; i < samples.length; i++) {
                  assertThat((double) reference[i][3])
                      .isCloseTo(noise[first + i][3] + (first + i + 1) * total, within(1e-2));
                }
              }

              @Override
              public void afterBatch(int samples) {
                seen.add("done " + samples);
              }
            });
    assertThat(seen)
        .containsExactly(
            "0 from 0: 2",
            "1 from 0: 2",
            "done 2",
            "0 from 2: 2",
            "1 from 2: 2",
            "done 4",
            "0 from 4: 1",
            "1 from 4: 1",
            "done 5");
  }

  @Test
  void sameSeedSameResultsButForTheTimes() {
    List<CandidateResult> first = benchmark(INTERVAL, FEWER).run(manager, BenchmarkListener.NONE);
    List<CandidateResult> second = benchmark(INTERVAL, FEWER).run(manager, BenchmarkListener.NONE);
    for (int i = 0; i < first.size(); i++) {
      assertThat(second.get(i))
          .usingRecursiveComparison()
          .ignoringFields("measuredSpeedup", "medianSeconds", "spreadSeconds")
          .isEqualTo(first.get(i));
      assertThat(first.get(i).medianSeconds()).isPositive();
      assertThat(first.get(i).measuredSpeedup().value()).isPositive();
    }
    // One branch of 2 x 1 x 1 x 1 numbers is all that a batch can store.
    assertThat(first.get(1).peakCacheBytes()).isEqualTo(2 * 4);
    assertThat(first.get(0).peakCacheBytes()).isZero();
  }

  @Test
  void nothingLeaks() {
    int before = manager.getManagedArrays().size();
    benchmark(INTERVAL, ONCE, FEWER).run(manager, BenchmarkListener.NONE);
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void refusesWhatCannotBeCompared() {
    assertThatThrownBy(() -> benchmark(ONCE, ONCE))
        .hasMessageContaining("two candidates are called \"once\"");
    assertThatThrownBy(() -> benchmark(new Candidate("full", ONCE.plan())))
        .hasMessageContaining("\"full\"");
    assertThatThrownBy(
            () -> benchmark(new Candidate("wide", CachePlan.ofSteps(STEPS, 3, step -> true))))
        .hasMessageContaining("wide has 3 branches, the model 1");
    BenchmarkSubject longer = new BenchmarkSubject(setup(5), DriftingToy::requests);
    assertThatThrownBy(() -> new PolicyBenchmark(longer, SETTINGS, List.of(ONCE)))
        .hasMessageContaining("the benchmark has 4 steps, the setup 5");
    assertThatThrownBy(() -> new BenchmarkSettings(4, 1, 2, 0))
        .hasMessageContaining("samples is 1");
    assertThatThrownBy(() -> new BenchmarkSettings(4, 2, 0, 0)).hasMessageContaining("batch is 0");
    assertThatThrownBy(() -> new BenchmarkSettings(0, 2, 1, 0)).hasMessageContaining("steps is 0");
  }
}
