package io.harmonica.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.cache.CacheHook;
import io.harmonica.cache.FeatureCache;
import io.harmonica.router.Router;

/** The student's hook where no gradient is asked for. */
final class RoutedStep {
  private RoutedStep() {}

  static CacheHook hook(
      NDManager scope,
      FeatureCache cache,
      Router router,
      int step,
      StudentRule rule,
      double threshold) {
    NDArray scores = scope.create(router.logits(step)).getNDArrayInternal().sigmoid();
    return rule.hook(cache, scores, router.computes(step, threshold));
  }
}
