package io.harmonica.eval;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.harmonica.cache.CacheHook;
import io.harmonica.diffusion.Conditioning;
import io.harmonica.diffusion.Denoiser;
import io.harmonica.diffusion.Prediction;
import io.harmonica.diffusion.Sampler;
import io.harmonica.diffusion.StepSchedule;
import io.harmonica.diffusion.Trajectory;
import io.harmonica.plan.BranchKind;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.ComputeCost;
import java.util.ArrayList;
import java.util.List;

/**
 * A model whose single branch returns its sample's request times the timestep, and a sampler that
 * adds the output to the sample: what reuse does to any sample at any step can be said in advance.
 */
final class DriftingToy implements Denoiser {
  /** How many rows each forward pass had, and whether it computed the branch. */
  final List<String> calls = new ArrayList<>();

  @Override
  public BranchLayout layout() {
    return new BranchLayout(1, List.of(BranchKind.FEED_FORWARD));
  }

  @Override
  public ComputeCost cost() {
    return new ComputeCost(1, new long[] {3});
  }

  @Override
  public NDArray predict(NDArray x, double timestep, NDList conditioning, CacheHook hook) {
    boolean[] computed = new boolean[1];
    NDArray drift =
        hook.apply(
            0,
            () -> {
              computed[0] = true;
              NDArray fresh = conditioning.head().mul((float) timestep);
              fresh.attach(x.getManager());
              return fresh;
            });
    calls.add(x.getShape().get(0) + (computed[0] ? "#" : "."));
    return x.zerosLike().add(drift);
  }

  /** Asks sample i for i + 1. */
  static Conditioning requests(NDManager owner, int first, int last) {
    float[] wanted = new float[last - first];
    for (int i = 0; i < wanted.length; i++) {
      wanted[i] = first + i + 1;
    }
    NDArray numbers = owner.create(wanted).reshape(wanted.length, 1, 1, 1);
    return new Conditioning(new NDList(numbers), new NDList());
  }

  /** The sampler that adds, with the times of another one. */
  record Adding(StepSchedule schedule) implements Sampler {
    @Override
    public String name() {
      return "adding";
    }

    @Override
    public Trajectory start(NDManager parent, NDArray noise, Prediction prediction) {
      return new Sum(parent, schedule, noise.duplicate(), 0);
    }
  }

  private static final class Sum implements Trajectory {
    private final NDManager manager;
    private final StepSchedule schedule;
    private NDArray x;
    private int step;

    Sum(NDManager parent, StepSchedule schedule, NDArray x, int step) {
      this.manager = parent.newSubManager();
      this.schedule = schedule;
      this.x = x;
      this.step = step;
      x.attach(manager);
    }

    @Override
    public int step() {
      return step;
    }

    @Override
    public double timestep() {
      return schedule.timestep(step);
    }

    @Override
    public NDArray x() {
      return x;
    }

    @Override
    public void advance(NDArray output) {
      NDArray next = x.add(output);
      next.attach(manager);
      x.close();
      x = next;
      step++;
    }

    @Override
    public void replace(NDArray other) {
      x.close();
      x = other.duplicate();
      x.attach(manager);
    }

    @Override
    public Trajectory fork(NDManager parent) {
      return new Sum(parent, schedule, x.duplicate(), step);
    }

    @Override
    public void close() {
      manager.close();
    }
  }
}
