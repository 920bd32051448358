package io.harmonica.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.cache.CacheHook;
import io.harmonica.cache.FeatureCache;
import io.harmonica.diffusion.DenoisingLoop;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Sampler;
import io.harmonica.diffusion.Trajectory;
import io.harmonica.plan.CachePlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/**
 * Measures what plans cost in quality on one calibration batch: the mean squared difference of
 * their x_0 to that of the run that computes everything. Plans that start alike share their first
 * steps, so that a variant costs only the forwards from the first step at which it differs. Counts
 * every guided forward pass. Not thread-safe.
 */
public final class PlanErrors implements AutoCloseable {
  private final GuidedDenoiser model;
  private final Sampler sampler;
  private final NDManager manager;
  private final NDArray noise;
  private final NDArray reference;
  private long forwards;

  /**
   * Runs the batch once with everything computed, T forwards.
   *
   * @param parent the manager under which this object keeps its own; its device runs the forwards
   * @param model the model bound to the batch's conditioning; must outlive this object
   * @param sampler the sampler of inference
   * @param noise x_T, [n, C, H, W]; copied
   */
  public PlanErrors(NDManager parent, GuidedDenoiser model, Sampler sampler, NDArray noise) {
    this.model = model;
    this.sampler = sampler;
    this.manager = parent.newSubManager();
    this.noise = noise.duplicate();
    this.noise.attach(manager);
    try (NDManager scope = manager.newSubManager();
        Trajectory trajectory = sampler.start(scope, this.noise, model.denoiser().prediction())) {
      while (trajectory.step() < steps()) {
        step(scope, trajectory, CacheHook.COMPUTE);
      }
      this.reference = trajectory.x().duplicate();
      this.reference.attach(manager);
    }
  }

  /**
   * What was measured of a plan and its variants.
   *
   * @param base the plan's error
   * @param variants the variants' errors, in their order
   */
  public record Measured(double base, List<Double> variants) {}

  /**
   * Measures one plan, T forwards.
   *
   * @param plan the plan
   * @return its error
   * @throws IllegalArgumentException if it is of other steps or branches than the run
   */
  public double of(CachePlan plan) {
    return of(plan, List.of()).base();
  }

  /**
   * Measures a plan and variants of it: T forwards, and for each variant those from the first step
   * at which it differs.
   *
   * @param base the plan
   * @param variants other plans of the same size
   * @return the errors
   * @throws IllegalArgumentException if a plan is of other steps or branches than the run
   */
  public Measured of(CachePlan base, List<CachePlan> variants) {
    Map<Integer, Double> errors = new HashMap<>();
    double error = run(base, variants, this::error, errors::put);
    return new Measured(error, IntStream.range(0, variants.size()).mapToObj(errors::get).toList());
  }

  /**
   * Measures what switching single cells of a plan does to the image, value by value: T forwards,
   * and T - s for a cell of step s.
   *
   * @param plan the plan
   * @param cells the cells, each step x branches + branch, from step 1 on
   * @param progress told of {@link #forwards} after each cell
   * @return the effects
   * @throws IllegalArgumentException if the plan is of other steps or branches than the run
   */
  public ImageEffects effects(CachePlan plan, List<Integer> cells, LongConsumer progress) {
    float[][] changed = new float[cells.size()][];
    List<CachePlan> variants =
        cells.stream().map(cell -> PlanCells.switched(plan, List.of(cell))).toList();
    float[] base =
        run(
            plan,
            variants,
            NDArray::toFloatArray,
            (variant, x) -> {
              changed[variant] = x;
              progress.accept(forwards);
            });
    float[] full = reference.toFloatArray();
    for (float[] x : changed) {
      subtract(x, base);
    }
    subtract(base, full);
    return ImageEffects.of((int) noise.getShape().get(0), cells, base, changed);
  }

  private static void subtract(float[] values, float[] others) {
    for (int i = 0; i < values.length; i++) {
      values[i] -= others[i];
    }
  }

  /** Runs a plan and its variants, and measures the x_0 of each; returns that of the plan. */
  private <R> R run(
      CachePlan base,
      List<CachePlan> variants,
      Function<NDArray, R> measure,
      BiConsumer<Integer, R> found) {
    check(base);
    List<List<Integer>> starting = new ArrayList<>();
    for (int step = 0; step <= steps(); step++) {
      starting.add(new ArrayList<>());
    }
    for (int i = 0; i < variants.size(); i++) {
      check(variants.get(i));
      starting.get(firstDifference(base, variants.get(i))).add(i);
    }
    try (NDManager scope = manager.newSubManager();
        Trajectory trajectory = sampler.start(scope, noise, model.denoiser().prediction());
        FeatureCache outputs = new FeatureCache(scope, base.branches())) {
      for (int step = 0; step < steps(); step++) {
        for (int variant : starting.get(step)) {
          CachePlan plan = variants.get(variant);
          found.accept(variant, branchOff(scope, trajectory, outputs, plan, measure));
        }
        step(scope, trajectory, keepAll(base, step, outputs));
      }
      R result = measure.apply(trajectory.x());
      starting.get(steps()).forEach(same -> found.accept(same, result));
      return result;
    }
  }

  /**
   * Counts the guided forward passes so far, that of the reference included.
   *
   * @return the number of forwards
   */
  public long forwards() {
    return forwards;
  }

  private int steps() {
    return sampler.schedule().steps();
  }

  private void check(CachePlan plan) {
    int branches = model.denoiser().layout().branches();
    if (plan.steps() != steps() || plan.branches() != branches) {
      throw new IllegalArgumentException(
          "the plan is for %d steps and %d branches, the run has %d steps and the model %d branches"
              .formatted(plan.steps(), plan.branches(), steps(), branches));
    }
  }

  /** The first step at which two plans differ, T if none. */
  private static int firstDifference(CachePlan one, CachePlan other) {
    for (int step = 0; step < one.steps(); step++) {
      for (int branch = 0; branch < one.branches(); branch++) {
        if (one.computes(step, branch) != other.computes(step, branch)) {
          return step;
        }
      }
    }
    return one.steps();
  }

  private <R> R branchOff(
      NDManager parent,
      Trajectory shared,
      FeatureCache outputs,
      CachePlan plan,
      Function<NDArray, R> measure) {
    try (NDManager scope = parent.newSubManager();
        Trajectory trajectory = shared.fork(scope);
        FeatureCache own = new FeatureCache(scope, plan.branches())) {
      while (trajectory.step() < plan.steps()) {
        step(scope, trajectory, follow(plan, trajectory.step(), own, outputs));
      }
      return measure.apply(trajectory.x());
    }
  }

  /** The base run keeps every output, since a variant may reuse what the base computes anew. */
  private static CacheHook keepAll(CachePlan plan, int step, FeatureCache outputs) {
    return (branch, compute) -> {
      if (!plan.computes(step, branch)) {
        return outputs.get(branch);
      }
      NDArray fresh = compute.get();
      outputs.put(branch, fresh);
      return fresh;
    };
  }

  /** A variant reuses its own outputs, and until it has some those of the steps it shares. */
  private static CacheHook follow(CachePlan plan, int step, FeatureCache own, FeatureCache shared) {
    return (branch, compute) -> {
      if (!plan.computes(step, branch)) {
        return own.contains(branch) ? own.get(branch) : shared.get(branch);
      }
      NDArray fresh = compute.get();
      if (plan.stores(step, branch)) {
        own.put(branch, fresh);
      }
      return fresh;
    };
  }

  private void step(NDManager parent, Trajectory trajectory, CacheHook hook) {
    forwards++;
    DenoisingLoop.step(parent, trajectory, (owner, x, time) -> model.predict(x, time, hook));
  }

  private double error(NDArray x) {
    try (NDArray difference = x.sub(reference);
        NDArray square = difference.square();
        NDArray mean = square.mean()) {
      return mean.getFloat();
    }
  }

  /** Frees the noise and the reference. */
  @Override
  public void close() {
    manager.close();
  }
}
