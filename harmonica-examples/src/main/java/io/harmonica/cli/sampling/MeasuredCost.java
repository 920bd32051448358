package io.harmonica.cli.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.cache.CacheHook;
import io.harmonica.diffusion.DenoisingLoop;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.RandomStream;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.diffusion.Trajectory;
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
   * @param setup the run
   * @return medians in nanoseconds
   */
  public static ComputeCost of(NDManager manager, SamplingSetup setup) {
    int branches = setup.layout().branches();
    double[][] times = new double[branches + 1][ROUNDS];
    try (NDManager scope = manager.newSubManager();
        GuidedDenoiser guided =
            new GuidedDenoiser(
                scope,
                setup.denoiser(),
                setup.conditioning().draw(scope, RandomStream.REQUESTS.random(0, 0), 1),
                setup.guidance());
        Trajectory start =
            setup
                .sampler(0)
                .start(
                    scope, Noise.normal(scope, RandomStream.SAMPLE.random(0, 0), setup.batch(1)))) {
      for (int round = -WARM_UP; round < ROUNDS; round++) {
        double[] taken = forward(scope, guided, start, branches);
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
      NDManager manager, GuidedDenoiser guided, Trajectory start, int branches) {
    double[] taken = new double[branches + 1];
    CacheHook timed =
        (branch, compute) -> {
          long began = System.nanoTime();
          NDArray result = compute.get();
          await(result);
          taken[branch] = System.nanoTime() - began;
          return result;
        };
    try (Trajectory trajectory = start.fork(manager)) {
      DenoisingLoop.step(
          manager,
          trajectory,
          (owner, x, time) -> {
            long began = System.nanoTime();
            NDArray output = guided.predict(x, time, timed);
            await(output);
            double rest = System.nanoTime() - began;
            for (int branch = 0; branch < branches; branch++) {
              rest -= taken[branch];
            }
            taken[branches] = Math.max(0, rest);
            return output;
          });
    }
    return taken;
  }

  private static void await(NDArray result) {
    try (NDArray first = result.flatten().get("0:1")) {
      first.toFloatArray();
    }
  }
}
