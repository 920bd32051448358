package io.harmonica.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.SafetensorsFile;
import io.harmonica.checkpoint.SafetensorsWriter;
import io.harmonica.router.Router;
import io.harmonica.train.RouterTrainer.CheckpointPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole trainings of a tiny model: what they repeat, what they keep, and what they refuse. */
final class RouterTrainerTest {
  private static final int STEPS = 4;
  private static final RouterTrainerConfig BASE =
      new RouterTrainerConfig(
          6,
          2,
          0.05,
          1e-4,
          0.5,
          7,
          ImageErrorProxy.LEAVE_ONE_OUT,
          LambdaRule.CALIBRATED,
          StudentRule.BLEND,
          Optional.empty(),
          11);

  private static TinyDit dit;

  @TempDir Path folder;

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

  private static RouterTrainerConfig with(
      int trajectories, double rate, double beta, int refresh, LambdaRule lambda, long seed) {
    return new RouterTrainerConfig(
        trajectories,
        BASE.batch(),
        rate,
        beta,
        BASE.threshold(),
        refresh,
        BASE.proxy(),
        lambda,
        BASE.student(),
        Optional.empty(),
        seed);
  }

  private static RouterTrainerConfig seeded(long seed) {
    return with(6, BASE.learningRate(), BASE.beta(), BASE.refreshSteps(), BASE.lambda(), seed);
  }

  private static Router train(RouterTrainerConfig config, TrainingListener listener) {
    return trainer(config).train(dit.manager, listener);
  }

  private static void assertSame(Router actual, Router expected) {
    Router.State one = actual.state();
    Router.State other = expected.state();
    assertThat(one.logits()).isDeepEqualTo(other.logits());
    assertThat(one.first()).isDeepEqualTo(other.first());
    assertThat(one.second()).isDeepEqualTo(other.second());
    assertThat(one.updates()).isEqualTo(other.updates());
  }

  /** Sees the trajectories go by. */
  private static final class Watch implements TrainingListener {
    final List<TrainingProgress> trajectories = new ArrayList<>();
    final List<Integer> refreshes = new ArrayList<>();
    final List<ProxyMeasurement> measurements = new ArrayList<>();
    final List<float[]> lambdas = new ArrayList<>();
    final Set<Integer> arrays = new HashSet<>();

    @Override
    public void afterTrajectory(TrainingProgress progress, Router router) {
      trajectories.add(progress);
      arrays.add(dit.manager.getManagedArrays().size());
    }

    @Override
    public void afterRefresh(int trajectory, ProxyMeasurement measurement, float[] lambda) {
      refreshes.add(trajectory);
      measurements.add(measurement);
      lambdas.add(lambda);
    }
  }

  @Test
  void seedDecidesEverything() {
    Router first = train(BASE, TrainingListener.NONE);
    assertSame(train(BASE, TrainingListener.NONE), first);
    assertThat(train(seeded(12), TrainingListener.NONE).state().logits()[1])
        .isNotEqualTo(first.state().logits()[1]);
  }

  @Test
  void everyRowButTheFirstIsUpdatedOnceATrajectory() {
    Router router = train(BASE, TrainingListener.NONE);
    assertThat(router.state().updates()).containsExactly(0, 6, 6, 6);
    assertThat(router.logits(0)).containsOnly(Router.LIMIT);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5})
  void killedAndResumedEndsAsOneThatRanThrough(int killedAfter) throws IOException {
    Path file = folder.resolve("state.safetensors");
    CheckpointPlan saving = new CheckpointPlan(file, 2, true, "model");
    assertThatThrownBy(
            () -> trainer(BASE).train(dit.manager, saving, new TinyDit.Killer(killedAfter)))
        .hasMessage("killed");
    assertThat(Files.exists(file)).isEqualTo(killedAfter > 2);
    Watch watch = new Watch();
    Router resumed = trainer(BASE).train(dit.manager, saving, watch);
    assertSame(resumed, train(BASE, TrainingListener.NONE));
    // The trajectory of the kill is run again, after the last save before it.
    int saved = (killedAfter - 1) / 2 * 2;
    assertThat(watch.trajectories.get(0).trajectory()).isEqualTo(saved + 1);
    assertThat(watch.trajectories).hasSize(6 - saved);
  }

  @Test
  void finishedTrainingIsReadBackAndNotRunAgain() throws IOException {
    CheckpointPlan saving =
        new CheckpointPlan(folder.resolve("state.safetensors"), 4, true, "model");
    Router router = trainer(BASE).train(dit.manager, saving, TrainingListener.NONE);
    Watch watch = new Watch();
    assertSame(trainer(BASE).train(dit.manager, saving, watch), router);
    assertThat(watch.trajectories).isEmpty();
  }

  private Path finished() throws IOException {
    Path file = folder.resolve("state.safetensors");
    RouterTrainerConfig brief = with(1, 0.05, 1e-4, 1, LambdaRule.UNIFORM, 11);
    trainer(brief)
        .train(dit.manager, new CheckpointPlan(file, 1, false, "model"), TrainingListener.NONE);
    return file;
  }

  private Router resume(Path file, RouterTrainerConfig config) throws IOException {
    return trainer(config)
        .train(dit.manager, new CheckpointPlan(file, 1, true, "model"), TrainingListener.NONE);
  }

  @Test
  void otherSettingsAreRefusedWithBothValues() throws IOException {
    Path file = finished();
    assertThatThrownBy(() -> resume(file, with(1, 0.05, 0.25, 1, LambdaRule.UNIFORM, 11)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("beta=1.0E-4")
        .hasMessageContaining("beta=0.25");
    assertThatThrownBy(() -> resume(file, with(1, 0.05, 1e-4, 1, LambdaRule.UNIFORM, 99)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("seed=11")
        .hasMessageContaining("seed=99");
  }

  @Test
  void otherSettingsAreNoMatterWithoutResuming() throws IOException {
    Path file = finished();
    RouterTrainerConfig other = with(1, 0.05, 0.25, 1, LambdaRule.UNIFORM, 11);
    Router router =
        trainer(other)
            .train(dit.manager, new CheckpointPlan(file, 1, false, "model"), TrainingListener.NONE);
    assertSame(resume(file, other), router);
  }

  @Test
  void truncatedCheckpointIsRefused() throws IOException {
    Path file = finished();
    byte[] whole = Files.readAllBytes(file);
    RouterTrainerConfig config = with(1, 0.05, 1e-4, 1, LambdaRule.UNIFORM, 11);
    for (int length : new int[] {0, 7, 100, whole.length / 2, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> resume(file, config))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  void fileOfAnotherKindIsRefused() throws IOException {
    Path file = folder.resolve("other.safetensors");
    new SafetensorsWriter().put("logits", new Shape(1, 1), new float[1]).write(file);
    assertThatThrownBy(() -> resume(file, BASE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"updates", "trajectory", "since_refresh"})
  void checkpointWithoutACounterIsRefused(String missing) throws IOException {
    Path file = finished();
    SafetensorsWriter writer = new SafetensorsWriter();
    Path damaged = folder.resolve("damaged.safetensors");
    try (SafetensorsFile whole = SafetensorsFile.open(file)) {
      whole
          .metadata()
          .forEach(
              (name, value) -> {
                if (!name.equals(missing)) {
                  writer.metadata(name, value);
                }
              });
      for (String name : whole.names()) {
        writer.put(name, whole);
      }
      writer.write(damaged);
    }
    RouterTrainerConfig config = with(1, 0.05, 1e-4, 1, LambdaRule.UNIFORM, 11);
    assertThatThrownBy(() -> resume(damaged, config))
        .isInstanceOfAny(IOException.class, IllegalArgumentException.class)
        .hasMessageContaining(damaged.toString());
  }

  @Test
  void computingAtAPriceIsAvoided() {
    Watch free = new Watch();
    Watch dear = new Watch();
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
    Watch watch = new Watch();
    train(with(3, 0.05, 1e-4, 1, LambdaRule.UNIFORM, 11), watch);
    assertThat(watch.refreshes).isEmpty();
    assertThat(watch.trajectories).hasSize(3);
  }

  @ParameterizedTest
  @EnumSource
  void measurementTakesHalfOfAllForwards(ImageErrorProxy proxy) {
    Watch watch = new Watch();
    train(
        new RouterTrainerConfig(
            1,
            2,
            0.05,
            1e-4,
            0.5,
            1,
            proxy,
            LambdaRule.IMAGE_ERROR,
            StudentRule.BLEND,
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
    Watch watch = new Watch();
    train(BASE, watch);
    // Three optimiser steps a trajectory: 7 are over after the third one.
    assertThat(watch.refreshes).containsExactly(0, 3);
  }

  @Test
  void progressIsThatOfTheRouter() {
    Watch watch = new Watch();
    Router router = train(BASE, watch);
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
    Watch watch = new Watch();
    train(
        new RouterTrainerConfig(
            25,
            1,
            0.05,
            1e-4,
            0.5,
            9,
            BASE.proxy(),
            LambdaRule.CALIBRATED,
            student,
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
}
