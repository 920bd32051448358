package io.harmonica.train;

import static io.harmonica.train.TinyTraining.BASE;
import static io.harmonica.train.TinyTraining.STEPS;
import static io.harmonica.train.TinyTraining.assertSame;
import static io.harmonica.train.TinyTraining.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.harmonica.plan.TaylorForecast;
import io.harmonica.router.Router;
import io.harmonica.train.TinyTraining.Watch;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole trainings of a tiny model: what they repeat and what they keep. */
final class RouterTrainerTest {
  private static TinyDit dit;

  @BeforeAll
  static void open() {
    dit = new TinyDit();
  }

  @AfterAll
  static void close() {
    dit.close();
  }

  private static RouterTrainer trainer(RouterTrainerConfig config) {
    return dit.trainer(STEPS, config);
  }

  private static RouterTrainerConfig seeded(long seed) {
    return with(6, BASE.learningRate(), BASE.beta(), BASE.refreshSteps(), BASE.lambda(), seed);
  }

  private static TrainableRouter train(RouterTrainerConfig config, TrainingListener listener) {
    return trainer(config).trainState(dit.manager, listener);
  }

  @Test
  void seedDecidesEverything() {
    TrainableRouter first = train(BASE, TrainingListener.NONE);
    assertSame(train(BASE, TrainingListener.NONE), first);
    assertThat(train(seeded(12), TrainingListener.NONE).state().logits()[1])
        .isNotEqualTo(first.state().logits()[1]);
  }

  @Test
  void everyRowButTheFirstIsUpdatedOnceATrajectory() {
    TrainableRouter router = train(BASE, TrainingListener.NONE);
    assertThat(router.state().updates()).containsExactly(0, 6, 6, 6);
    assertThat(router.logits(0)).containsOnly(Router.LIMIT);
  }

  @Test
  void computingAtAPriceIsAvoided() {
    Watch free = new Watch(dit);
    Watch dear = new Watch(dit);
    train(with(12, 0.3, 0, 1, LambdaRule.UNIFORM, 11), free);
    train(with(12, 0.3, 10, 1, LambdaRule.UNIFORM, 11), dear);
    double without = free.trajectories.get(11).cacheUtilisation();
    double with = dear.trajectories.get(11).cacheUtilisation();
    // Nothing but the first step is computed when computing costs more than all it is good for.
    assertThat(with).isEqualTo(0.75);
    assertThat(without).isLessThan(0.5);
  }

  @Test
  void uniformWeightsMeasureNothing() {
    Watch watch = new Watch(dit);
    train(with(3, 0.05, 1e-4, 1, LambdaRule.UNIFORM, 11), watch);
    assertThat(watch.refreshes).isEmpty();
    assertThat(watch.trajectories).hasSize(3);
  }

  @ParameterizedTest
  @EnumSource
  void measurementTakesHalfOfAllForwards(ImageErrorProxy proxy) {
    Watch watch = new Watch(dit);
    train(
        new RouterTrainerConfig(
            1,
            2,
            1,
            0.05,
            1e-4,
            0.5,
            1,
            proxy,
            LambdaRule.IMAGE_ERROR,
            StudentRule.BLEND,
            new TaylorForecast(0),
            Optional.empty(),
            11),
        watch);
    ProxyMeasurement measurement = watch.measurements.get(0);
    assertThat(measurement.forwards()).isEqualTo(STEPS + STEPS * (STEPS - 1) / 2);
    assertThat(measurement.imageError()[0]).isZero();
    assertThat(measurement.stepError()[0]).isZero();
    for (int step = 1; step < STEPS; step++) {
      assertThat(measurement.imageError()[step]).isPositive();
      assertThat(measurement.stepError()[step]).isPositive();
    }
    assertThat(watch.lambdas.get(0)).isEqualTo(measurement.imageError());
  }

  @Test
  void measurementsAreRepeatedAfterSoManyOptimiserSteps() {
    Watch watch = new Watch(dit);
    train(BASE, watch);
    // Three optimiser steps a trajectory: 7 are over after the third one.
    assertThat(watch.refreshes).containsExactly(0, 3);
    Watch exact = new Watch(dit);
    train(with(5, 0.05, 1e-4, 6, LambdaRule.CALIBRATED, 11), exact);
    assertThat(exact.refreshes).as("6 are over after the second one").containsExactly(0, 2, 4);
  }

  @Test
  void progressIsThatOfTheRouter() {
    Watch watch = new Watch(dit);
    TrainableRouter router = train(BASE, watch);
    assertThat(watch.trajectories)
        .extracting(TrainingProgress::trajectory)
        .containsExactly(1, 2, 3, 4, 5, 6);
    TrainingProgress last = watch.trajectories.get(5);
    assertThat(last.trajectories()).isEqualTo(6);
    assertThat(last.cacheUtilisation()).isEqualTo(router.plan(BASE.threshold()).cacheUtilisation());
    assertThat(last.error()).isPositive();
    assertThat(last.loss()).isPositive();
  }

  @ParameterizedTest
  @EnumSource
  void memoryIsFlatOverTrajectories(StudentRule student) {
    int before = dit.manager.getManagedArrays().size();
    Watch watch = new Watch(dit);
    train(
        new RouterTrainerConfig(
            25,
            1,
            1,
            0.05,
            1e-4,
            0.5,
            9,
            BASE.proxy(),
            LambdaRule.CALIBRATED,
            student,
            new TaylorForecast(0),
            Optional.empty(),
            3),
        watch);
    assertThat(dit.manager.getManagedArrays()).hasSize(before);
    // While a trajectory is reported, it holds as much as any other, with a measurement or
    // without but for its noise in both halves.
    assertThat(watch.trajectories).hasSize(25);
    assertThat(watch.arrays).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void memoryIsFreedWhenATrainingIsKilled() {
    int before = dit.manager.getManagedArrays().size();
    assertThatThrownBy(() -> train(BASE, new TinyDit.Killer(2))).hasMessage("killed");
    assertThat(dit.manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void theRouterOfATrainingIsItsStateAndSaysWhatItBelongsTo() {
    Router router = trainer(BASE).train(dit.manager, TrainingListener.NONE);
    TrainableRouter state = train(BASE, TrainingListener.NONE);
    assertThat(router.logits()).isDeepEqualTo(state.state().logits());
    assertThat(dit.setup(STEPS).plan(router)).isEqualTo(state.plan(BASE.threshold()));
    dit.assertProvenance(router, BASE.threshold(), BASE.seed());
    assertThat(router.provenance().guidance()).isEqualTo(1.5);
    assertThat(router.provenance().settings()).containsAllEntriesOf(BASE.settings());
  }
}
