package io.harmonica.train;

import ai.djl.ndarray.NDArray;
import io.harmonica.cache.CacheHook;

/** How the student runs, and so how gradients reach the scores. */
public enum StudentRule {
  /** Every branch's output is r fresh + (1 - r) cached, as published. */
  BLEND {
    @Override
    CacheHook hook(StudentCache cache, NDArray scores, boolean[] computes) {
      return new BlendHook(cache, scores, computes);
    }

    /** Blends in place, since no graph needs what was there before. */
    @Override
    CacheHook gradientFreeHook(StudentCache cache, NDArray scores, boolean[] computes) {
      return (branch, compute) -> {
        NDArray cached = cache.cached(branch);
        NDArray blended = compute.get();
        try (NDArray score = scores.get(branch)) {
          blended.subi(cached).muli(score).addi(cached);
        }
        if (computes[branch]) {
          cache.put(branch, blended);
        }
        return blended;
      };
    }

    @Override
    PriceRule price() {
      return PriceRule.CLEARING;
    }
  },
  /** The plan that inference will follow, with straight-through gradients. */
  HARD {
    @Override
    CacheHook hook(StudentCache cache, NDArray scores, boolean[] computes) {
      return new StraightThroughHook(cache, scores, computes);
    }

    /** What is reused need not be computed where nobody asks how it would have differed. */
    @Override
    CacheHook gradientFreeHook(StudentCache cache, NDArray scores, boolean[] computes) {
      CacheHook fill = cache.fill();
      return (branch, compute) ->
          computes[branch] ? fill.apply(branch, compute) : cache.cached(branch);
    }

    /** The error does not change to first order with what is computed already. */
    @Override
    PriceRule price() {
      return PriceRule.DUAL_ASCENT;
    }
  };

  /** How a price follows a target, by what this student's gradients say. */
  abstract PriceRule price();

  /** The hook of one step, through which gradients reach the scores. */
  abstract CacheHook hook(StudentCache cache, NDArray scores, boolean[] computes);

  /** The hook of one step that gives the same outputs where no gradient is asked for. */
  abstract CacheHook gradientFreeHook(StudentCache cache, NDArray scores, boolean[] computes);
}
