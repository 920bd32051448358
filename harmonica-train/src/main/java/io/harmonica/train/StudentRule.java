package io.harmonica.train;

import ai.djl.ndarray.NDArray;
import io.harmonica.cache.BlendHook;
import io.harmonica.cache.CacheHook;
import io.harmonica.cache.FeatureCache;
import io.harmonica.cache.StraightThroughHook;

/** How the student runs, and so how gradients reach the scores. */
public enum StudentRule {
  /** Every branch's output is r fresh + (1 - r) cached, as published. */
  BLEND {
    @Override
    CacheHook hook(FeatureCache cache, NDArray scores, boolean[] computes) {
      return new BlendHook(cache, scores, computes);
    }
  },
  /** The plan that inference will follow, with straight-through gradients. */
  HARD {
    @Override
    CacheHook hook(FeatureCache cache, NDArray scores, boolean[] computes) {
      return new StraightThroughHook(cache, scores, computes);
    }
  };

  abstract CacheHook hook(FeatureCache cache, NDArray scores, boolean[] computes);
}
