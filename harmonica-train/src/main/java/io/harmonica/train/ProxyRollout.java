package io.harmonica.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.cache.CacheHook;
import io.harmonica.cache.FeatureCache;
import io.harmonica.cache.FillHook;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Sampler;
import io.harmonica.diffusion.Trajectory;
import io.harmonica.router.Router;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the image error proxy on one batch without gradients. The routed run is forked before
 * each step, so that runs share what they have in common: T + T (T - 1) / 2 forwards in all, where
 * running every variant from its start would take T^2.
 */
final class ProxyRollout {
  private final ImageErrorProxy proxy;
  private final GuidedDenoiser model;
  private final Sampler sampler;
  private final Router router;
  private final StudentRule rule;
  private final double threshold;
  private int forwards;

  ProxyRollout(
      ImageErrorProxy proxy,
      GuidedDenoiser model,
      Sampler sampler,
      Router router,
      StudentRule rule,
      double threshold) {
    this.proxy = proxy;
    this.model = model;
    this.sampler = sampler;
    this.router = router;
    this.rule = rule;
    this.threshold = threshold;
  }

  ProxyMeasurement measure(NDManager parent, NDArray noise) {
    int steps = router.steps();
    float[] stepError = new float[steps];
    List<NDArray> forks = new ArrayList<>();
    try (NDManager scope = parent.newSubManager();
        // The public code measures x_0 over both halves of a guided batch.
        Trajectory routed = sampler.start(scope, model.everyRow(noise));
        FeatureCache cache = new FeatureCache(scope, router.branches())) {
      List<NDArray> errors = new ArrayList<>();
      for (int step = 0; step < steps; step++) {
        try (NDManager stepScope = scope.newSubManager()) {
          NDArray full = null;
          if (step > 0) {
            full = fork(scope, stepScope, routed, cache, forks);
          }
          NDArray output = predict(stepScope, routed, cache, step > 0);
          if (full != null) {
            NDArray error = full.sub(output).square().mean();
            error.attach(scope);
            errors.add(error);
          }
          routed.advance(output);
        }
      }
      for (int step = 1; step < steps; step++) {
        stepError[step] = errors.get(step - 1).getFloat();
      }
      return new ProxyMeasurement(imageError(forks, routed.x(), steps), stepError, forwards);
    }
  }

  private float[] imageError(List<NDArray> forks, NDArray routed, int steps) {
    float[] imageError = new float[steps];
    for (int step = 1; step < steps; step++) {
      NDArray reference = proxy.reference(forks, routed, step);
      try (NDArray difference = forks.get(step - 1).sub(reference);
          NDArray square = difference.square();
          NDArray mean = square.mean()) {
        imageError[step] = mean.getFloat();
      }
    }
    return imageError;
  }

  /** Runs a fork to its end, keeps its x_0, and returns the full output of its first step. */
  private NDArray fork(
      NDManager scope,
      NDManager stepScope,
      Trajectory routed,
      FeatureCache routedCache,
      List<NDArray> forks) {
    try (NDManager forkScope = scope.newSubManager();
        Trajectory trajectory = routed.fork(forkScope);
        FeatureCache cache = routedCache.fork(forkScope)) {
      NDArray full = predict(stepScope, trajectory, cache, false);
      trajectory.advance(full);
      while (trajectory.step() < router.steps()) {
        try (NDManager inner = forkScope.newSubManager()) {
          trajectory.advance(predict(inner, trajectory, cache, proxy.routedAfterFork()));
        }
      }
      NDArray result = trajectory.x().duplicate();
      result.attach(scope);
      forks.add(result);
      return full;
    }
  }

  private NDArray predict(
      NDManager scope, Trajectory trajectory, FeatureCache cache, boolean routed) {
    forwards++;
    int step = trajectory.step();
    NDArray x = trajectory.x().duplicate();
    x.attach(scope);
    CacheHook hook =
        routed ? RoutedStep.hook(scope, cache, router, step, rule, threshold) : new FillHook(cache);
    return model.predict(x, sampler.schedule().timestep(step), hook);
  }
}
