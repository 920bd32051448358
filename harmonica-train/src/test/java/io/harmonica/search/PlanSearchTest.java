package io.harmonica.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanTarget;
import io.harmonica.router.Router;
import io.harmonica.search.PlanSearchConfig.Weights;
import io.harmonica.train.RouterTrainerConfig;
import io.harmonica.train.TinyDit;
import io.harmonica.train.TrainableRouter;
import io.harmonica.train.TrainingListener;
import io.harmonica.train.TrainingProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PlanSearchTest {
  private static final int STEPS = 8;

  @TempDir private Path folder;

  private static PlanSearchConfig config(PlanTarget target, int rounds) {
    return PlanSearchConfig.harmonized(target)
        .withRounds(rounds, 120)
        .withUpdates(4)
        .withCalibration(2)
        .withSeed(5);
  }

  /** Remembers what it is told. */
  private static final class Watch implements PlanSearchListener {
    private final List<String> starts = new ArrayList<>();
    private final List<MeasuredPlan> rounds = new ArrayList<>();
    private final List<Long> updates = new ArrayList<>();

    @Override
    public void duringRound(String part, long done, long planned) {
      if (part.equals("weights")) {
        updates.add(done);
      }
    }

    @Override
    public void afterStart(String name, MeasuredPlan found) {
      starts.add(name);
    }

    @Override
    public void afterRound(MeasuredPlan found) {
      rounds.add(found);
    }
  }

  @ParameterizedTest
  @CsvSource({"1.2, 1, LEARNED", "1.5, 1, TAYLOR", "1.7, 1, LEARNED_SHARED"})
  void landsOnTheSpeedUp(double speedup, int rounds, Weights weights) {
    try (TinyDit dit = new TinyDit()) {
      PlanTarget target = PlanTarget.speedup(dit.model.cost(), STEPS, speedup);
      int before = dit.manager.getManagedArrays().size();
      Watch watch = new Watch();
      Router router =
          new PlanSearch(dit.setup(STEPS), config(target, rounds).withLearned(weights))
              .train(dit.manager, watch);
      assertThat(watch.rounds).hasSize(rounds).allMatch(found -> found.error() > 0);
      assertThat(dit.manager.getManagedArrays()).hasSize(before);
      CachePlan plan = dit.setup(STEPS).plan(router);
      assertThat(target.metBy(plan)).isTrue();
      assertThat(dit.model.cost().speedup(plan)).isCloseTo(speedup, within(0.12));
      dit.assertProvenance(router, 0.5, 5);
      assertThat(router.provenance().settings())
          .containsEntry("recipe", "harmonized")
          .containsEntry("forecast_order", "3");
    }
  }

  @Test
  void aSearchForPlainReuseFindsPlainReuse() {
    try (TinyDit dit = new TinyDit()) {
      PlanTarget target = PlanTarget.utilisation(STEPS, dit.model.layout().branches(), 0.4);
      PlanSearchConfig config = config(target, 1).withOrder(0).withLearned(Weights.TAYLOR);
      Router router =
          new PlanSearch(dit.setup(STEPS), config).train(dit.manager, PlanSearchListener.NONE);
      assertThat(router.uncheckedPlan().repeats()).isTrue();
    }
  }

  /** Ends a search within a part of it. */
  private record Killer(String part, long after) implements PlanSearchListener {
    @Override
    public void duringRound(String now, long done, long planned) {
      if (now.equals(part) && done > after) {
        throw new UnsupportedOperationException("killed");
      }
    }
  }

  /** While weights are learned, of which ten updates are saved, and while cells are measured. */
  @ParameterizedTest
  @CsvSource({"weights, 11, 12, 11", "cells, 0, 4, 1"})
  void goesOnToTheSameBytesAfterAnInterruption(
      String part, long after, int updates, long firstUpdate) throws IOException {
    try (TinyDit dit = new TinyDit()) {
      PlanTarget target = PlanTarget.speedup(dit.model.cost(), STEPS, 1.6);
      PlanSearch search = new PlanSearch(dit.setup(STEPS), config(target, 1).withUpdates(updates));
      Path whole = folder.resolve("whole.safetensors");
      search.train(dit.manager, PlanSearchListener.NONE).write(whole);
      Path state = folder.resolve("state");
      PlanSearch.Checkpoint checkpoint = new PlanSearch.Checkpoint(state, true);
      assertThatThrownBy(() -> search.train(dit.manager, checkpoint, new Killer(part, after)))
          .hasMessage("killed");
      assertThat(state).exists();
      Path resumed = folder.resolve("resumed.safetensors");
      Watch watch = new Watch();
      search.train(dit.manager, checkpoint, watch).write(resumed);
      assertThat(resumed).hasSameBinaryContentAs(whole);
      // A search that began anew would have ended at the same bytes.
      assertThat(watch.starts).isEmpty();
      assertThat(watch.updates.get(0)).isEqualTo(firstUpdate);
      PlanSearch other =
          new PlanSearch(dit.setup(STEPS), config(target, 1).withUpdates(updates).withSeed(6));
      assertThatThrownBy(() -> other.train(dit.manager, checkpoint, PlanSearchListener.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("do not resume");
      Files.writeString(state, "nonsense");
      assertThatThrownBy(() -> search.train(dit.manager, checkpoint, PlanSearchListener.NONE))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("state");
    }
  }

  /** Ends a search after its second trajectory of step-wise training. */
  private record StepwiseKiller() implements PlanSearchListener {
    @Override
    public TrainingListener stepwise() {
      return new TrainingListener() {
        @Override
        public void afterTrajectory(TrainingProgress progress, TrainableRouter router) {
          if (progress.trajectory() == 2) {
            throw new UnsupportedOperationException("killed");
          }
        }
      };
    }
  }

  @Test
  void stepwiseTrainingTakesPartAndBeginsAgainWithoutTheStarts() throws IOException {
    try (TinyDit dit = new TinyDit()) {
      PlanTarget target = PlanTarget.utilisation(STEPS, dit.model.layout().branches(), 0.4);
      RouterTrainerConfig training =
          RouterTrainerConfig.harmonized().withTrajectories(3).withBatch(2);
      PlanSearchConfig config = config(target, 0);
      PlanSearch search = new PlanSearch(dit.setup(STEPS), config.withStepwise(training));
      Path whole = folder.resolve("whole.safetensors");
      Router router = search.train(dit.manager, PlanSearchListener.NONE);
      assertThat(target.metBy(router.uncheckedPlan())).isTrue();
      assertThat(router.provenance().settings()).containsEntry("stepwise_trajectories", "3");
      router.write(whole);
      PlanSearch.Checkpoint checkpoint = new PlanSearch.Checkpoint(folder.resolve("state"), true);
      assertThatThrownBy(() -> search.train(dit.manager, checkpoint, new StepwiseKiller()))
          .hasMessage("killed");
      PlanSearch other =
          new PlanSearch(dit.setup(STEPS), config.withStepwise(training.withThreshold(0.3)));
      assertThatThrownBy(() -> other.train(dit.manager, checkpoint, PlanSearchListener.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("stepwise_threshold=0.3");
      Path resumed = folder.resolve("resumed.safetensors");
      Watch watch = new Watch();
      search.train(dit.manager, checkpoint, watch).write(resumed);
      assertThat(resumed).hasSameBinaryContentAs(whole);
      assertThat(watch.starts).isEmpty();
    }
  }

  /** A plan that suits a few paths of a stochastic sampler's noise is no good plan. */
  @Test
  void everyBatchHasAddedNoiseOfItsOwn() {
    try (TinyDit dit = new TinyDit()) {
      List<Long> seeds = new ArrayList<>();
      PlanTarget target = PlanTarget.utilisation(STEPS, dit.model.layout().branches(), 0.4);
      RouterTrainerConfig training =
          RouterTrainerConfig.harmonized().withTrajectories(2).withBatch(2);
      new PlanSearch(recording(dit.setup(STEPS), seeds), config(target, 0).withStepwise(training))
          .train(dit.manager, PlanSearchListener.NONE);
      // The run's own seed makes the schedule that the state is recognised by, and no batch.
      assertThat(Set.copyOf(seeds)).hasSizeGreaterThan(16).contains(5L);
    }
  }

  private static SamplingSetup recording(SamplingSetup setup, List<Long> seeds) {
    return new SamplingSetup(
        setup.denoiser(),
        setup.identity(),
        (steps, seed) -> {
          seeds.add(seed);
          return setup.samplers().make(steps, seed);
        },
        setup.steps(),
        setup.guidance(),
        setup.sample(),
        setup.conditioning());
  }

  @Test
  void stepwiseTrainingSaysItsThresholdUnlessItIsTheUsualOne() {
    PlanSearchConfig config = PlanSearchConfig.harmonized(PlanTarget.utilisation(STEPS, 4, 0.4));
    RouterTrainerConfig training = RouterTrainerConfig.harmonized();
    assertThat(config.withStepwise(training).settings()).doesNotContainKey("stepwise_threshold");
    assertThat(config.withStepwise(training.withThreshold(0.3)).settings())
        .containsEntry("stepwise_threshold", "0.3");
    assertThatThrownBy(() -> config.withStepwise(training.withThreshold(0.995)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("threshold of a training towards a target cost is 0.995");
  }

  @Test
  void aTargetThatNoPlanMeetsIsRefused() {
    try (TinyDit dit = new TinyDit()) {
      PlanTarget target = new PlanTarget(dit.model.cost(), 10);
      assertThatThrownBy(() -> new PlanSearch(dit.setup(STEPS), config(target, 1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("target cost is 10");
    }
  }
}
