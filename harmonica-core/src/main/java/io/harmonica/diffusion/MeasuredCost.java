package io.harmonica.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.cache.CacheHook;
import io.harmonica.plan.ComputeCost;
import java.util.Arrays;

/** What the parts of a model take on this machine, in nanoseconds instead of MACs. */
public final class MeasuredCost {
  private static final int WARM_UP = 3;
  private static final int ROUNDS = 9;

  private MeasuredCost() {}

  /** A forward pass to be measured. */
  @FunctionalInterface
  public interface Forward {

    /**
     * Runs the model once.
     *
     * @param owner freed after the pass
     * @param hook to be called for every branch
     * @return the model's output
     */
    NDArray run(NDManager owner, CacheHook hook);
  }

  /**
   * Measures a run's forward passes on one guided sample.
   *
   * @param manager its device runs the model
   * @param setup the run
   * @return medians in nanoseconds
   */
  public static ComputeCost of(NDManager manager, SamplingSetup setup) {
    try (NDManager scope = manager.newSubManager();
        GuidedDenoiser guided =
            new GuidedDenoiser(
                scope,
                setup.denoiser(),
                setup.conditioning().draw(scope, RandomStream.REQUESTS.random(0, 0), 1),
                setup.guidance())) {
      NDArray noise = Noise.normal(scope, RandomStream.SAMPLE.random(0, 0), setup.batch(1));
      double time = setup.sampler(0).schedule().timestep(0);
      return of(
          scope,
          setup.layout().branches(),
          (owner, hook) -> guided.predict(Outputs.copy(noise, owner), time, hook));
    }
  }

  /**
   * Measures some forward passes, branch by branch. A branch's result is waited for, which on a GPU
   * makes what lies outside branches look somewhat cheaper than it is.
   *
   * @param manager its device runs the model
   * @param branches number of branches
   * @param forward the pass
   * @return medians in nanoseconds
   */
  public static ComputeCost of(NDManager manager, int branches, Forward forward) {
    long[][] times = new long[branches + 1][ROUNDS];
    for (int round = -WARM_UP; round < ROUNDS; round++) {
      long[] taken = measure(manager, branches, forward);
      for (int part = 0; round >= 0 && part <= branches; part++) {
        times[part][round] = taken[part];
      }
    }
    long[] medians = Arrays.stream(times).mapToLong(MeasuredCost::median).toArray();
    return new ComputeCost(medians[branches], Arrays.copyOf(medians, branches));
  }

  /** Nanoseconds of each branch, and last those outside of them. */
  private static long[] measure(NDManager manager, int branches, Forward forward) {
    long[] taken = new long[branches + 1];
    CacheHook timed =
        (branch, compute) -> {
          long began = System.nanoTime();
          NDArray result = compute.get();
          await(result);
          taken[branch] = System.nanoTime() - began;
          return result;
        };
    try (NDManager owner = manager.newSubManager()) {
      long began = System.nanoTime();
      await(forward.run(owner, timed));
      long all = System.nanoTime() - began;
      taken[branches] = Math.max(0, all - Arrays.stream(taken).sum());
    }
    return taken;
  }

  /** The one in the middle of an odd number. */
  private static long median(long... values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private static void await(NDArray result) {
    try (NDArray first = result.flatten().get("0:1")) {
      first.toFloatArray();
    }
  }
}
