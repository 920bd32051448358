package io.harmonica.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cache.CacheHook;
import io.harmonica.diffusion.DenoisingLoop;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Sampler;
import io.harmonica.diffusion.Trajectory;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.Forecast;
import java.util.ArrayList;
import java.util.List;

/**
 * A sampling run that follows a plan and keeps what its gradient needs: the trajectory before each
 * step, the model's outputs, and the branches' outputs that later forecasts take.
 */
final class KeptRun {
  private final NDManager manager;
  private final GuidedDenoiser model;
  private final CachePlan plan;
  private final int halves;
  private final List<Trajectory> before = new ArrayList<>();
  private final List<NDArray> made = new ArrayList<>();
  private final NDArray[] outputs;

  /**
   * Prepares a run.
   *
   * @param manager owns what is kept
   * @param model the model bound to the batch's conditioning
   * @param plan the plan
   * @param halves 2 to weigh the halves of a guided batch apart, else 1
   */
  KeptRun(NDManager manager, GuidedDenoiser model, CachePlan plan, int halves) {
    this.manager = manager;
    this.model = model;
    this.plan = plan;
    this.halves = halves;
    this.outputs = new NDArray[plan.steps() * plan.branches()];
  }

  GuidedDenoiser model() {
    return model;
  }

  CachePlan plan() {
    return plan;
  }

  /** The trajectory before a step; that before step T has x_0. */
  Trajectory before(int step) {
    return before.get(step);
  }

  /** What the model put out at a step, of the half that moves the sample. */
  NDArray output(int step) {
    return made.get(step);
  }

  /** Where an array by cells has a cell. */
  int index(int step, int branch) {
    return step * plan.branches() + branch;
  }

  /** Samples with the plan, and keeps what the way back needs. */
  void forward(Sampler sampler, NDArray noise) {
    Trajectory trajectory = sampler.start(manager, noise, model.denoiser().prediction());
    for (int step = 0; step < plan.steps(); step++) {
      before.add(trajectory.fork(manager));
      int now = step;
      DenoisingLoop.step(
          manager,
          trajectory,
          (owner, x, time) -> {
            NDArray output = model.predict(x, time, keeping(owner, now));
            NDArray kept = cut(output, x.getShape().get(0)).duplicate();
            kept.attach(manager);
            made.add(kept);
            return output;
          });
    }
    before.add(trajectory);
  }

  private CacheHook keeping(NDManager owner, int step) {
    return (branch, compute) -> {
      if (!plan.computes(step, branch)) {
        NDArray history = history(owner, step, branch);
        try (NDArray weights = weights(owner, step, branch)) {
          return blend(weights, history);
        }
      }
      NDArray fresh = compute.get();
      if (plan.lifetimes().keeps(step, branch)) {
        NDArray kept = fresh.duplicate();
        kept.attach(manager);
        outputs[index(step, branch)] = kept;
      }
      return fresh;
    };
  }

  /** Frees what is kept of a step's branches, which no later step takes any more. */
  void release(int step) {
    for (int branch = 0; branch < plan.branches(); branch++) {
      NDArray output = outputs[index(step, branch)];
      if (output != null) {
        output.close();
      }
    }
  }

  /** The outputs that a forecast takes, newest first, [terms, ...]. */
  NDArray history(NDManager owner, int step, int branch) {
    NDList taken = new NDList();
    int[] steps = plan.history(step, branch);
    for (int term = 0; term < plan.forecast(step, branch).terms(); term++) {
      taken.add(outputs[index(steps[term], branch)]);
    }
    NDArray stacked = NDArrays.stack(taken);
    stacked.attach(owner);
    return stacked;
  }

  /** The weights of a cell, [halves, 1, terms]. */
  NDArray weights(NDManager owner, int step, int branch) {
    Forecast forecast = plan.forecast(step, branch);
    float[] weights = new float[halves * forecast.terms()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = forecast.weight(i / forecast.terms(), i % forecast.terms());
    }
    return owner.create(weights, new Shape(halves, 1, forecast.terms()));
  }

  /** Each half of the batch is a product of its own weights with its part of the history. */
  static NDArray blend(NDArray weights, NDArray history) {
    Shape shape = history.getShape();
    NDArray halves = history.reshape(shape.get(0), weights.getShape().get(0), -1);
    return weights.batchMatMul(halves.transpose(1, 0, 2)).reshape(shape.slice(1));
  }

  /** The conditional half of an output, which alone moves the sample. */
  static NDArray cut(NDArray output, long samples) {
    return output.get(new NDIndex(":{}", samples));
  }
}
