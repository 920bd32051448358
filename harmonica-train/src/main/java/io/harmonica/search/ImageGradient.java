package io.harmonica.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.harmonica.diffusion.DenoisingLoop;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Sampler;
import io.harmonica.diffusion.Trajectory;
import io.harmonica.plan.CachePlan;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * The gradient of the image error by the weights of every forecast of a plan, carried back through
 * the trajectory step by step. A {@link KeptRun} goes forward; then each step, from the last to the
 * first, runs again with gradients on its inputs and hands those of x and of the outputs to the
 * steps before. Memory holds one step's graph and what was kept, whatever T is.
 *
 * <p>Whatever the sampler remembers, each value of x at a step follows from the same value of the
 * model's outputs before. So its derivatives are quotients of differences: one output is changed,
 * and the sampler, without the model, is replayed from there.
 */
final class ImageGradient {
  /** Large beside rounding, small beside what a sampler clips to. */
  private static final float SMALL = 1e-2f;

  private final KeptRun run;
  private final CachePlan plan;
  private final NDArray[] adjoints;

  /** By what the model sees at a step; the last is x_0. */
  private final NDArray[] adjointsOfX;

  private ImageGradient(KeptRun run) {
    this.run = run;
    this.plan = run.plan();
    this.adjoints = new NDArray[plan.steps() * plan.branches()];
    this.adjointsOfX = new NDArray[plan.steps() + 1];
  }

  /**
   * Errors and their gradient.
   *
   * @param errors of the samples
   * @param weights by cell (step x branches + branch): the gradient of the samples' objective by
   *     each weight of the cell's forecast, half by half; null where a cell is computed
   */
  @SuppressWarnings("ArrayRecordComponent") // a bare carrier, read at once
  record Result(double[] errors, float[][] weights) {}

  /**
   * Measures on one batch.
   *
   * @param parent everything made under it is freed
   * @param model the model bound to the batch's conditioning
   * @param sampler the sampler
   * @param noise x_T
   * @param full x_0 of the run that computes everything
   * @param plan the plan
   * @param halves 2 for a gradient by the weights of both halves of a guided batch, else 1
   */
  static Result of(
      NDManager parent,
      GuidedDenoiser model,
      Sampler sampler,
      NDArray noise,
      NDArray full,
      CachePlan plan,
      int halves) {
    try (NDManager manager = parent.newSubManager()) {
      KeptRun run = new KeptRun(manager, model, plan, halves);
      run.forward(sampler, noise);
      NDArray difference = run.before(plan.steps()).x().sub(full);
      double[] errors = SampleErrors.of(difference);
      NDArray adjoint = difference.mul(factors(manager, errors, difference));
      return new Result(errors, new ImageGradient(run).backward(manager, adjoint));
    }
  }

  /** x_0 of the run that computes everything, owned by the manager. */
  static NDArray full(NDManager manager, GuidedDenoiser model, Sampler sampler, NDArray noise) {
    CachePlan everything =
        CachePlan.ofSteps(
            sampler.schedule().steps(), model.denoiser().layout().branches(), step -> true);
    return DenoisingLoop.sample(
        manager, model, sampler, everything, noise, DenoisingLoop.Listener.NONE);
  }

  /**
   * What is made small: the mean of 2 m ln(1 + e / m), with e the error of a sample and m their
   * median. That is nearly 2 e for small errors, and a sample that ends at another image, a
   * hundredfold off, does not outweigh all others.
   */
  static double objective(double[] errors, double usual) {
    return Arrays.stream(errors).map(e -> 2 * usual * Math.log1p(e / usual)).average().orElse(0);
  }

  /** d objective / d x_0 is this times (x_0 - full x_0), sample by sample. */
  private static NDArray factors(NDManager manager, double[] errors, NDArray difference) {
    double usual = SampleErrors.median(errors);
    float[] factors = new float[errors.length];
    for (int i = 0; i < factors.length; i++) {
      double slope = usual > 0 ? 2 * usual / (errors[i] + usual) : 1;
      factors[i] = (float) (slope * 2 / difference.size());
    }
    long[] ones = new long[difference.getShape().dimension()];
    Arrays.fill(ones, 1);
    ones[0] = errors.length;
    return manager.create(factors, new Shape(ones));
  }

  private float[][] backward(NDManager manager, NDArray last) {
    float[][] gradients = new float[plan.steps() * plan.branches()][];
    adjointsOfX[plan.steps()] = last;
    for (int step = plan.steps() - 1; step >= 0; step--) {
      try (NDManager scope = manager.newSubManager()) {
        new BackwardStep(scope, manager, step).run(gradients);
      }
      release(step);
    }
    return gradients;
  }

  /** Steps before need neither what this one's branches put out nor what depends on it. */
  private void release(int step) {
    run.release(step);
    for (int branch = 0; branch < plan.branches(); branch++) {
      NDArray adjoint = adjoints[run.index(step, branch)];
      if (adjoint != null) {
        adjoint.close();
      }
    }
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

    void run(float[][] gradients) {
      NDArray byOutput = byOutput();
      NDArray x = run.before(step).x().duplicate();
      x.attach(scope);
      x.setRequiresGradient(true);
      try (GradientCollector collector = scope.getEngine().newGradientCollector()) {
        NDArray output = run.model().predict(x, run.before(step).timestep(), this::branch);
        NDArray loss = KeptRun.cut(output, x.getShape().get(0)).mul(byOutput).sum();
        collector.backward(sum == null ? loss : loss.add(sum));
        adjointsOfX[step] = x.getGradient();
        adjointsOfX[step].attach(keeper);
        collect(gradients);
      }
    }

    /** The adjoint of this step's output, by all that the sampler makes of it. */
    private NDArray byOutput() {
      long channels = run.before(step).x().getShape().get(1);
      NDList parts = new NDList();
      for (long first = 0; first < run.output(step).getShape().get(1); first += channels) {
        parts.add(byChannels(first, first + channels));
      }
      return NDArrays.concat(parts, 1);
    }

    /** Of as many channels as x has: the prediction's, or those of a learned variance. */
    private NDArray byChannels(long first, long end) {
      NDArray all = run.before(step).x().zerosLike();
      all.attach(scope);
      NDArray output = run.output(step).duplicate();
      output.attach(scope);
      output.get(new NDIndex(":, {}:{}", first, end)).addi(SMALL);
      try (Trajectory changed = run.before(step).fork(scope)) {
        changed.advance(output);
        while (true) {
          int now = changed.step();
          all.addi(changed.x().sub(run.before(now).x()).mul(adjointsOfX[now]));
          if (now == plan.steps()) {
            return all.mul(scope.create(1 / SMALL));
          }
          changed.advance(run.output(now));
        }
      }
    }

    private NDArray branch(int branch, Supplier<NDArray> compute) {
      if (plan.computes(step, branch)) {
        NDArray fresh = compute.get();
        NDArray own = adjoints[run.index(step, branch)];
        if (own != null) {
          NDArray part = fresh.mul(own).sum();
          sum = sum == null ? part : sum.add(part);
        }
        return fresh;
      }
      histories[branch] = run.history(scope, step, branch).duplicate();
      histories[branch].setRequiresGradient(true);
      taken[branch] = run.weights(scope, step, branch);
      taken[branch].setRequiresGradient(true);
      return KeptRun.blend(taken[branch], histories[branch]);
    }

    private void collect(float[][] gradients) {
      for (int branch = 0; branch < plan.branches(); branch++) {
        if (taken[branch] == null) {
          continue;
        }
        gradients[run.index(step, branch)] = taken[branch].getGradient().toFloatArray();
        NDArray parts = histories[branch].getGradient();
        int[] steps = plan.history(step, branch);
        for (int term = 0; term < parts.getShape().get(0); term++) {
          add(run.index(steps[term], branch), parts.get(new NDIndex("{}", term)));
        }
      }
    }

    private void add(int index, NDArray part) {
      if (adjoints[index] == null) {
        adjoints[index] = part.duplicate();
        adjoints[index].attach(keeper);
      } else {
        adjoints[index].addi(part);
      }
    }
  }
}
