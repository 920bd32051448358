package io.harmonica.cli.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cache.CacheHook;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.Sampler;
import io.harmonica.eval.Statistics;
import io.harmonica.plan.ComputeCost;

/** What the parts of a model take on this machine, in nanoseconds of one guided sample. */
public final class MeasuredCost {
  private static final int WARM_UP = 3;
  private static final int ROUNDS = 9;

  private MeasuredCost() {}

  /**
   * Measures some forward passes, branch by branch. A branch's result is waited for, which on a GPU
   * makes what lies outside branches look somewhat cheaper than it is.
   *
   * @param manager its device runs the model
   * @param model the model
   * @param sampler the sampler of inference
   * @param guidance the guidance of inference
   * @return medians in nanoseconds
   */
  public static ComputeCost of(
      NDManager manager, RunnableModel model, Sampler sampler, Guidance guidance) {
    int branches = model.denoiser().layout().branches();
    double[][] times = new double[branches + 1][ROUNDS];
    try (NDManager scope = manager.newSubManager();
        GuidedDenoiser guided =
            new GuidedDenoiser(
                scope,
                model.denoiser(),
                model.trainingBatches().draw(scope, Noise.random(0, 0), 1),
                guidance)) {
      NDArray noise =
          Noise.normal(scope, Noise.random(0, 1), new Shape(1).addAll(model.sampleShape()));
      for (int round = -WARM_UP; round < ROUNDS; round++) {
        double[] taken = forward(scope, guided, noise, sampler.schedule().timestep(0), branches);
        for (int part = 0; round >= 0 && part <= branches; part++) {
          times[part][round] = taken[part];
        }
      }
    }
    long[] medians = new long[branches];
    for (int branch = 0; branch < branches; branch++) {
      medians[branch] = Math.round(Statistics.median(times[branch]));
    }
    return new ComputeCost(Math.round(Statistics.median(times[branches])), medians);
  }

  /** Nanoseconds of each branch, and last those outside of them. */
  private static double[] forward(
      NDManager manager, GuidedDenoiser guided, NDArray noise, int timestep, int branches) {
    double[] taken = new double[branches + 1];
    try (NDManager scope = manager.newSubManager()) {
      NDArray x = noise.duplicate();
      x.attach(scope);
      CacheHook timed =
          (branch, compute) -> {
            long began = System.nanoTime();
            NDArray result = compute.get();
            await(result);
            taken[branch] = System.nanoTime() - began;
            return result;
          };
      long began = System.nanoTime();
      await(guided.predict(x, timestep, timed));
      double rest = System.nanoTime() - began;
      for (int branch = 0; branch < branches; branch++) {
        rest -= taken[branch];
      }
      taken[branches] = Math.max(0, rest);
      return taken;
    }
  }

  /** Reading one value waits for all that was queued before it. */
  private static void await(NDArray result) {
    try (NDArray first = result.flatten().get("0:1")) {
      first.toFloatArray();
    }
  }
}
