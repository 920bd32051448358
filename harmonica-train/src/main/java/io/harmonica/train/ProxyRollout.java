package io.harmonica.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.harmonica.cache.CacheHook;
import io.harmonica.cache.FeatureHistory;
import io.harmonica.diffusion.DenoisingLoop;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Sampler;
import io.harmonica.diffusion.Trajectory;
import io.harmonica.plan.TaylorForecast;

/**
 * Measures the image error proxy on one batch without gradients. The routed run is forked before
 * each step, so that runs share what they have in common: T + T (T - 1) / 2 forwards in all, where
 * running every variant from its start would take T^2.
 */
final class ProxyRollout {
  private final ImageErrorProxy proxy;
  private final GuidedDenoiser model;
  private final Sampler sampler;
  private final TrainableRouter router;
  private final StudentRule rule;
  private final double threshold;
  private final TaylorForecast forecast;
  private int forwards;

  ProxyRollout(
      ImageErrorProxy proxy,
      GuidedDenoiser model,
      Sampler sampler,
      TrainableRouter router,
      StudentRule rule,
      double threshold,
      TaylorForecast forecast) {
    this.proxy = proxy;
    this.model = model;
    this.sampler = sampler;
    this.router = router;
    this.rule = rule;
    this.threshold = threshold;
    this.forecast = forecast;
  }

  ProxyMeasurement measure(NDManager parent, NDArray noise) {
    int steps = router.steps();
    NDList forks = new NDList();
    NDList stepErrors = new NDList();
    try (NDManager scope = parent.newSubManager();
        // The public code measures x_0 over both halves of a guided batch.
        Trajectory routed =
            sampler.start(scope, model.everyRow(noise), model.denoiser().prediction());
        FeatureHistory cache = new FeatureHistory(scope, router.branches(), forecast.order() + 1)) {
      for (int step = 0; step < steps; step++) {
        if (step == 0) {
          DenoisingLoop.step(scope, routed, pass(cache, 0, false));
          continue;
        }
        int now = step;
        DenoisingLoop.step(
            scope,
            routed,
            (owner, x, time) -> {
              NDArray full = fork(scope, owner, routed, cache, forks);
              NDArray output = pass(cache, now, true).output(owner, x, time);
              stepErrors.add(meanSquare(full, output, scope));
              return output;
            });
      }
      NDList imageErrors = new NDList();
      for (int step = 1; step < steps; step++) {
        NDArray reference = proxy.reference(forks, routed.x(), step);
        imageErrors.add(meanSquare(forks.get(step - 1), reference, scope));
      }
      return new ProxyMeasurement(read(imageErrors), read(stepErrors), forwards);
    }
  }

  private static NDArray meanSquare(NDArray a, NDArray b, NDManager owner) {
    try (NDArray difference = a.sub(b);
        NDArray square = difference.square()) {
      NDArray mean = square.mean();
      mean.attach(owner);
      return mean;
    }
  }

  /** Reads the values of steps 1 to T - 1 at once; step 0 has none. */
  private static float[] read(NDList values) {
    float[] all = new float[values.size() + 1];
    if (!values.isEmpty()) {
      try (NDArray stacked = NDArrays.stack(values)) {
        System.arraycopy(stacked.toFloatArray(), 0, all, 1, values.size());
      }
    }
    return all;
  }

  /** Runs a fork to its end, keeps its x_0, and returns the full output of its first step. */
  private NDArray fork(
      NDManager scope,
      NDManager stepScope,
      Trajectory routed,
      FeatureHistory routedCache,
      NDList forks) {
    try (NDManager forkScope = scope.newSubManager();
        Trajectory trajectory = routed.fork(forkScope);
        FeatureHistory cache = routedCache.fork(forkScope)) {
      int first = trajectory.step();
      NDArray[] full = new NDArray[1];
      DenoisingLoop.step(
          forkScope,
          trajectory,
          (owner, x, time) -> {
            NDArray output = pass(cache, first, false).output(owner, x, time);
            full[0] = output.duplicate();
            full[0].attach(stepScope);
            return output;
          });
      while (trajectory.step() < router.steps()) {
        DenoisingLoop.step(
            forkScope, trajectory, pass(cache, trajectory.step(), proxy.routedAfterFork()));
      }
      NDArray result = trajectory.x().duplicate();
      result.attach(scope);
      forks.add(result);
      return full[0];
    }
  }

  private DenoisingLoop.Pass pass(FeatureHistory cache, int step, boolean routed) {
    return (owner, x, time) -> {
      forwards++;
      StudentCache own = new StudentCache(cache, step, forecast, owner);
      return model.predict(x, time, routed ? routedHook(own) : own.fill());
    };
  }

  private CacheHook routedHook(StudentCache cache) {
    int step = cache.step();
    NDArray scores = cache.owner().create(router.logits(step)).getNDArrayInternal().sigmoid();
    return rule.gradientFreeHook(cache, scores, router.computes(step, threshold));
  }
}
