package io.harmonica.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.harmonica.cache.CacheHook;
import io.harmonica.diffusion.DenoisingLoop;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Sampler;
import io.harmonica.diffusion.Trajectory;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.Forecast;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * The gradient of the image error by the weights of every forecast of a plan, carried back through
 * the trajectory step by step. The forward run keeps x and the outputs that later forecasts take;
 * then each step, from the last to the first, runs again with gradients on its inputs and hands
 * those of x and of the outputs to the steps before. Memory holds one step's graph and what was
 * kept, whatever T is.
 *
 * <p>A sampler's step is taken to change each value by itself, as every sampler without a memory
 * does, so that its derivatives are quotients of differences of its own steps.
 */
final class ImageGradient {
  /** Large beside rounding, small beside what a sampler clips to. */
  private static final float SMALL = 1e-2f;

  private final GuidedDenoiser model;
  private final Sampler sampler;
  private final CachePlan plan;
  private final List<Trajectory> before = new ArrayList<>();
  private final NDArray[] outputs;
  private final NDArray[] adjoints;

  private ImageGradient(GuidedDenoiser model, Sampler sampler, CachePlan plan) {
    this.model = model;
    this.sampler = sampler;
    this.plan = plan;
    this.outputs = new NDArray[plan.steps() * plan.branches()];
    this.adjoints = new NDArray[plan.steps() * plan.branches()];
  }

  /**
   * Errors and their gradient.
   *
   * @param errors of the samples
   * @param weights by cell (step x branches + branch): the gradient of the samples' even mean by
   *     each weight of the cell's forecast; null where a cell is computed
   */
  @SuppressWarnings("ArrayRecordComponent") // a bare carrier, read at once
  record Result(double[] errors, float[][] weights) {}

  /**
   * Measures on one batch.
   *
   * @param parent everything made under it is freed
   * @param model the model bound to the batch's conditioning
   * @param sampler the sampler, without a memory
   * @param noise x_T
   * @param plan the plan; its forecasts weigh both halves of a guided batch alike
   */
  static Result of(
      NDManager parent, GuidedDenoiser model, Sampler sampler, NDArray noise, CachePlan plan) {
    try (NDManager manager = parent.newSubManager()) {
      NDArray full = sample(manager, model, sampler, noise);
      ImageGradient run = new ImageGradient(model, sampler, plan);
      NDArray found = run.forward(manager, noise);
      NDArray difference = found.sub(full);
      double[] errors = errors(difference);
      NDArray adjoint = difference.mul(factors(manager, errors, difference));
      return new Result(errors, run.backward(manager, adjoint));
    }
  }

  private static NDArray sample(
      NDManager manager, GuidedDenoiser model, Sampler sampler, NDArray noise) {
    CachePlan everything =
        CachePlan.ofSteps(
            sampler.schedule().steps(), model.denoiser().layout().branches(), step -> true);
    return DenoisingLoop.sample(
        manager, model, sampler, everything, noise, DenoisingLoop.Listener.NONE);
  }

  private static double[] errors(NDArray difference) {
    long samples = difference.getShape().get(0);
    try (NDArray square = difference.square();
        NDArray rows = square.reshape(samples, -1);
        NDArray means = rows.mean(new int[] {1})) {
      float[] read = means.toFloatArray();
      double[] errors = new double[read.length];
      for (int i = 0; i < errors.length; i++) {
        errors[i] = read[i];
      }
      return errors;
    }
  }

  /** d even mean / d x_0 is this times (x_0 - full x_0), sample by sample. */
  private static NDArray factors(NDManager manager, double[] errors, NDArray difference) {
    double usual = SampleErrors.median(errors);
    float[] factors = new float[errors.length];
    for (int i = 0; i < factors.length; i++) {
      double slope = usual > 0 ? 2 * Math.pow(usual / (errors[i] + usual), 2) : 1;
      factors[i] = (float) (slope * 2 / difference.size());
    }
    long[] ones = new long[difference.getShape().dimension()];
    Arrays.fill(ones, 1);
    ones[0] = errors.length;
    return manager.create(factors, new Shape(ones));
  }

  private NDArray forward(NDManager manager, NDArray noise) {
    Trajectory trajectory = sampler.start(manager, noise, model.denoiser().prediction());
    for (int step = 0; step < plan.steps(); step++) {
      before.add(trajectory.fork(manager));
      int now = step;
      DenoisingLoop.step(
          manager,
          trajectory,
          (owner, x, time) -> model.predict(x, time, keeping(manager, owner, now)));
    }
    return trajectory.x();
  }

  private CacheHook keeping(NDManager keeper, NDManager owner, int step) {
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
        kept.attach(keeper);
        outputs[index(step, branch)] = kept;
      }
      return fresh;
    };
  }

  /** The outputs that a forecast takes, newest first, [terms, ...]. */
  private NDArray history(NDManager owner, int step, int branch) {
    NDList taken = new NDList();
    int[] steps = plan.history(step, branch);
    for (int term = 0; term < plan.forecast(step, branch).terms(); term++) {
      taken.add(outputs[index(steps[term], branch)]);
    }
    NDArray stacked = NDArrays.stack(taken);
    stacked.attach(owner);
    return stacked;
  }

  private NDArray weights(NDManager owner, int step, int branch) {
    Forecast forecast = plan.forecast(step, branch);
    float[] weights = new float[forecast.terms()];
    for (int term = 0; term < weights.length; term++) {
      weights[term] = forecast.weight(0, term);
    }
    return owner.create(weights, new Shape(1, weights.length));
  }

  private static NDArray blend(NDArray weights, NDArray history) {
    Shape shape = history.getShape();
    NDArray flat = history.reshape(shape.get(0), -1);
    return weights.matMul(flat).reshape(shape.slice(1));
  }

  private float[][] backward(NDManager manager, NDArray last) {
    float[][] gradients = new float[plan.steps() * plan.branches()][];
    NDArray adjoint = last;
    for (int step = plan.steps() - 1; step >= 0; step--) {
      try (NDManager scope = manager.newSubManager()) {
        adjoint = new BackwardStep(scope, manager, step).run(adjoint, gradients);
      }
    }
    return gradients;
  }

  private int index(int step, int branch) {
    return step * plan.branches() + branch;
  }

  /** One step, run again with gradients. */
  private final class BackwardStep {
    private final NDManager scope;
    private final NDManager keeper;
    private final int step;
    private final NDArray[] histories = new NDArray[plan.branches()];
    private final NDArray[] taken = new NDArray[plan.branches()];
    private NDArray sum;

    BackwardStep(NDManager scope, NDManager keeper, int step) {
      this.scope = scope;
      this.keeper = keeper;
      this.step = step;
    }

    /** Returns the adjoint of x before the step, owned by the keeper. */
    NDArray run(NDArray after, float[][] gradients) {
      Trajectory state = before.get(step);
      NDArray x = state.x().duplicate();
      x.attach(scope);
      x.setRequiresGradient(true);
      NDArray adjoint;
      try (GradientCollector collector = scope.getEngine().newGradientCollector()) {
        NDArray output = model.predict(x, state.timestep(), this::branch);
        NDArray detached = output.stopGradient();
        NDArray byOutput = quotient(state, x, detached, true).mul(after);
        adjoint = quotient(state, x, detached, false).mul(after);
        NDArray used = cut(output, after.getShape());
        NDArray loss = used.mul(byOutput).sum();
        collector.backward(sum == null ? loss : loss.add(sum));
        adjoint = adjoint.add(x.getGradient());
        collect(gradients);
      }
      adjoint.attach(keeper);
      return adjoint;
    }

    private NDArray branch(int branch, Supplier<NDArray> compute) {
      if (plan.computes(step, branch)) {
        NDArray fresh = compute.get();
        NDArray own = adjoints[index(step, branch)];
        if (own != null) {
          NDArray part = fresh.mul(own).sum();
          sum = sum == null ? part : sum.add(part);
        }
        return fresh;
      }
      histories[branch] = history(scope, step, branch).duplicate();
      histories[branch].setRequiresGradient(true);
      taken[branch] = weights(scope, step, branch);
      taken[branch].setRequiresGradient(true);
      return blend(taken[branch], histories[branch]);
    }

    private void collect(float[][] gradients) {
      for (int branch = 0; branch < plan.branches(); branch++) {
        if (taken[branch] == null) {
          continue;
        }
        gradients[index(step, branch)] = taken[branch].getGradient().toFloatArray();
        NDArray parts = histories[branch].getGradient();
        int[] steps = plan.history(step, branch);
        for (int term = 0; term < parts.getShape().get(0); term++) {
          add(index(steps[term], branch), parts.get(new NDIndex("{}", term)));
        }
      }
    }

    private void add(int index, NDArray part) {
      NDArray all = adjoints[index] == null ? part.duplicate() : adjoints[index].add(part);
      all.attach(keeper);
      adjoints[index] = all;
    }
  }

  /** The conditional half's predicted channels, which alone move the sample. */
  private static NDArray cut(NDArray output, Shape sample) {
    return output.get(new NDIndex(":{}, :{}", sample.get(0), sample.get(1)));
  }

  /** By how much the next x changes with the output, or with x itself, value by value. */
  private NDArray quotient(Trajectory state, NDArray x, NDArray output, boolean byOutput) {
    NDManager owner = x.getManager();
    NDArray at = x.stopGradient();
    NDArray changed = byOutput ? output.add(SMALL) : output;
    NDArray moved = byOutput ? at : at.add(SMALL);
    return next(owner, state, moved, changed)
        .sub(next(owner, state, at, output))
        .mul(owner.create(1 / SMALL));
  }

  private static NDArray next(NDManager owner, Trajectory state, NDArray x, NDArray output) {
    try (Trajectory trajectory = state.fork(owner)) {
      trajectory.replace(x);
      trajectory.advance(output);
      NDArray next = trajectory.x().duplicate();
      next.attach(owner);
      return next;
    }
  }
}
