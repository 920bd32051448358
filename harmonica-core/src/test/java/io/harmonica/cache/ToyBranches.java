package io.harmonica.cache;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.Forecast;
import io.harmonica.plan.ForecastRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;

/**
 * Branches whose outputs, [2, 3], are known beforehand, run under a plan by the caches and by hand.
 * The first row stands for the conditional half of a guided batch.
 */
final class ToyBranches {
  static final Shape SHAPE = new Shape(2, 3);
  static final long BYTES = SHAPE.size() * Float.BYTES;

  /** By step and branch. */
  private final float[][][] outputs;

  private ToyBranches(float[][][] outputs) {
    this.outputs = outputs;
  }

  /** What is computed, by step and branch; may be changed. */
  float[][][] outputs() {
    return outputs;
  }

  /** What a run gave: outputs by step and branch, and the bytes that were kept after each step. */
  static final class Run {
    private final float[][][] outputs;
    private final List<Long> bytes;
    private final long peakBytes;

    private Run(float[][][] outputs, List<Long> bytes, long peakBytes) {
      this.outputs = outputs;
      this.bytes = bytes;
      this.peakBytes = peakBytes;
    }

    float[][][] outputs() {
      return outputs;
    }

    List<Long> bytes() {
      return bytes;
    }

    long peakBytes() {
      return peakBytes;
    }
  }

  /** Outputs that are random numbers. */
  static ToyBranches random(Random random, int steps, int branches) {
    float[][][] outputs = new float[steps][branches][(int) SHAPE.size()];
    for (float[][] step : outputs) {
      for (float[] output : step) {
        for (int i = 0; i < output.length; i++) {
          output[i] = 2 * random.nextFloat() - 1;
        }
      }
    }
    return new ToyBranches(outputs);
  }

  /** One branch that moves with the step, each of its values with a factor of its own. */
  static ToyBranches moving(int steps, DoubleUnaryOperator course) {
    float[][][] outputs = new float[steps][1][(int) SHAPE.size()];
    for (int step = 0; step < steps; step++) {
      for (int i = 0; i < outputs[step][0].length; i++) {
        outputs[step][0][i] = (float) ((i + 1) * course.applyAsDouble(step));
      }
    }
    return new ToyBranches(outputs);
  }

  /** Follows the plan with a cache that knows it. */
  Run planned(NDManager manager, CachePlan plan) {
    float[][][] seen = new float[plan.steps()][plan.branches()][];
    List<Long> bytes = new ArrayList<>();
    try (PlannedCache cache = new PlannedCache(manager, plan)) {
      for (int step = 0; step < plan.steps(); step++) {
        try (NDManager owner = manager.newSubManager()) {
          CacheHook hook = cache.step(step, owner);
          List<NDArray> made = new ArrayList<>();
          for (int branch = 0; branch < plan.branches(); branch++) {
            float[] fresh = outputs[step][branch];
            made.add(hook.apply(branch, () -> owner.create(fresh, SHAPE)));
          }
          // Read when the pass has ended, until when they have to be good.
          for (int branch = 0; branch < plan.branches(); branch++) {
            seen[step][branch] = made.get(branch).toFloatArray();
          }
        }
        bytes.add(cache.bytes());
      }
      return new Run(seen, bytes, cache.peakBytes());
    }
  }

  /** Follows the plan with a history that is told step by step what to do. */
  float[][][] told(NDManager manager, CachePlan plan) {
    float[][][] seen = new float[plan.steps()][plan.branches()][];
    int capacity = Math.max(1, plan.mostTerms());
    try (FeatureHistory history = new FeatureHistory(manager, plan.branches(), capacity)) {
      for (int step = 0; step < plan.steps(); step++) {
        try (NDManager owner = manager.newSubManager()) {
          for (int branch = 0; branch < plan.branches(); branch++) {
            if (plan.computes(step, branch)) {
              NDArray fresh = owner.create(outputs[step][branch], SHAPE);
              history.put(step, branch, fresh);
              seen[step][branch] = fresh.toFloatArray();
            } else {
              Forecast forecast = plan.forecast(step, branch);
              ForecastRule rule = (now, asked, steps) -> forecast;
              seen[step][branch] = history.forecast(step, branch, rule, owner).toFloatArray();
            }
          }
        }
      }
    }
    return seen;
  }

  /** Follows the plan by hand, with every output at hand. */
  double[][][] exact(CachePlan plan) {
    int values = (int) SHAPE.size();
    double[][][] exact = new double[plan.steps()][plan.branches()][values];
    for (int step = 0; step < plan.steps(); step++) {
      for (int branch = 0; branch < plan.branches(); branch++) {
        for (int i = 0; i < values; i++) {
          exact[step][branch][i] =
              plan.computes(step, branch)
                  ? outputs[step][branch][i]
                  : sum(plan, step, branch, i, 2 * i / values);
        }
      }
    }
    return exact;
  }

  private double sum(CachePlan plan, int step, int branch, int value, int half) {
    Forecast forecast = plan.forecast(step, branch);
    int[] history = plan.history(step, branch);
    double sum = 0;
    for (int term = 0; term < forecast.terms(); term++) {
      sum += (double) forecast.weight(half, term) * outputs[history[term]][branch][value];
    }
    return sum;
  }
}
