package io.harmonica.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.harmonica.plan.TaylorForecast;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the tests of whole trainings share. */
final class TinyTraining {
  static final int STEPS = 4;
  static final RouterTrainerConfig BASE =
      new RouterTrainerConfig(
          6,
          2,
          1,
          0.05,
          1e-4,
          0.5,
          7,
          ImageErrorProxy.LEAVE_ONE_OUT,
          LambdaRule.CALIBRATED,
          StudentRule.BLEND,
          new TaylorForecast(0),
          Optional.empty(),
          11);

  private TinyTraining() {}

  static RouterTrainerConfig with(
      int trajectories, double rate, double beta, int refresh, LambdaRule lambda, long seed) {
    return new RouterTrainerConfig(
        trajectories,
        BASE.batch(),
        1,
        rate,
        beta,
        BASE.threshold(),
        refresh,
        BASE.proxy(),
        lambda,
        BASE.student(),
        new TaylorForecast(0),
        Optional.empty(),
        seed);
  }

  static void assertSame(TrainableRouter actual, TrainableRouter expected) {
    TrainableRouter.State one = actual.state();
    TrainableRouter.State other = expected.state();
    assertThat(one.logits()).isDeepEqualTo(other.logits());
    assertThat(one.first()).isDeepEqualTo(other.first());
    assertThat(one.second()).isDeepEqualTo(other.second());
    assertThat(one.updates()).isEqualTo(other.updates());
  }

  /** Sees the trajectories go by. */
  static final class Watch implements TrainingListener {
    final List<TrainingProgress> trajectories = new ArrayList<>();
    final List<Integer> refreshes = new ArrayList<>();
    final List<ProxyMeasurement> measurements = new ArrayList<>();
    final List<float[]> lambdas = new ArrayList<>();
    final Set<Integer> arrays = new HashSet<>();
    private final TinyDit dit;

    Watch(TinyDit dit) {
      this.dit = dit;
    }

    @Override
    public void afterTrajectory(TrainingProgress progress, TrainableRouter router) {
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
}
