package io.harmonica.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.cache.CacheHook;
import io.harmonica.cache.FeatureHistory;
import io.harmonica.diffusion.DenoisingLoop;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Sampler;
import io.harmonica.diffusion.Trajectory;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.Forecast;
import io.harmonica.work.ModelBench;
import io.harmonica.work.Workers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongConsumer;

/**
 * Measures what plans do to the image: the mean squared difference of x_0 from the run that
 * computes everything, on one batch of noise. Plans that share their first steps share the forward
 * passes of those steps.
 */
public final class PlanErrors implements AutoCloseable {
  private final GuidedDenoiser model;
  private final Sampler sampler;
  private final NDManager manager;
  private final NDArray noise;
  private final NDArray reference;
  private final Optional<Helpers> helpers;
  private long forwards;

  /** Who else measures, and on which batch. */
  record Helpers(Workers<? extends ModelBench> workers, CalibrationBatches.Draw batch) {}

  /**
   * Prepares measurements, with a run that computes everything.
   *
   * @param parent the manager under which the batch and its x_0 live
   * @param model the model bound to the batch's conditioning
   * @param sampler the sampler of inference, with its T
   * @param noise x_T, [n, C, H, W]; copied
   */
  public PlanErrors(NDManager parent, GuidedDenoiser model, Sampler sampler, NDArray noise) {
    this(parent, model, sampler, noise, Optional.empty());
  }

  /** Prepares measurements, many of which others make too, on the same batch. */
  PlanErrors(
      NDManager parent,
      GuidedDenoiser model,
      Sampler sampler,
      NDArray noise,
      Optional<Helpers> helpers) {
    this.helpers = helpers;
    this.model = model;
    this.sampler = sampler;
    this.manager = parent.newSubManager();
    this.noise = noise.duplicate();
    this.noise.attach(manager);
    try (NDManager scope = manager.newSubManager();
        Trajectory trajectory = sampler.start(scope, this.noise, model.denoiser().prediction())) {
      while (trajectory.step() < steps()) {
        step(scope, trajectory, owner -> CacheHook.COMPUTE);
      }
      this.reference = trajectory.x().duplicate();
      this.reference.attach(manager);
    }
  }

  /**
   * Measures a plan.
   *
   * @param plan the plan
   * @return the mean squared error of x_0
   * @throws IllegalArgumentException if the plan has other steps or branches
   */
  public double of(CachePlan plan) {
    return SampleErrors.mean(of(plan, List.of()).base());
  }

  /**
   * Measures a plan and variants of it.
   *
   * @param base the plan
   * @param variants other plans; the more first steps they share with the base, the cheaper
   * @return the errors, sample by sample
   * @throws IllegalArgumentException if a plan has other steps or branches
   */
  public SampleErrors of(CachePlan base, List<CachePlan> variants) {
    double[][] errors = new double[variants.size()][];
    double[] error =
        run(base, variants, PlanErrors::errors, (variant, found) -> errors[variant] = found);
    return new SampleErrors(error, errors);
  }

  /**
   * Measures how x_0 changes from a plan to each of its variants.
   *
   * @param base the plan
   * @param variants other plans
   * @param progress told after each variant how many forward passes there were so far
   * @return the plan's error and the changes
   * @throws IllegalArgumentException if a plan has other steps or branches
   */
  public ImageEffects effects(CachePlan base, List<CachePlan> variants, LongConsumer progress) {
    float[][] changed = new float[variants.size()][];
    float[] x =
        run(
            base,
            variants,
            (batch, made) -> made.toFloatArray(),
            (variant, made) -> {
              changed[variant] = made;
              progress.accept(forwards);
            });
    return ImageEffects.between(
        (int) noise.getShape().get(0), reference.toFloatArray(), x, changed);
  }

  /** How far a draft's forecasts lie from what is computed, cell by cell; one run. */
  float[][] gaps(Draft draft) {
    forwards += steps();
    return ForecastGaps.of(manager, model, sampler, noise, draft);
  }

  private <R> R run(
      CachePlan base,
      List<CachePlan> variants,
      VariantsPiece.Measure<R> measure,
      BiConsumer<Integer, R> found) {
    check(base);
    variants.forEach(this::check);
    int[] starts = variants.stream().mapToInt(each -> firstDifference(base, each)).toArray();
    List<List<Integer>> groups = VariantsPiece.groups(steps(), starts);
    if (helpers.isEmpty() || groups.size() < 2) {
      return here(base, variants, measure, found);
    }
    // As many as there would be here, since searches end by their number.
    forwards += steps() + Arrays.stream(starts).mapToLong(start -> steps() - start).sum();
    List<R> own = new ArrayList<>();
    try {
      List<VariantsPiece<R>> pieces =
          groups.stream()
              .map(
                  group ->
                      new VariantsPiece<>(
                          helpers.get().batch(),
                          base,
                          new ArrayList<>(group.stream().map(variants::get).toList()),
                          measure))
              .toList();
      helpers
          .get()
          .workers()
          .run(
              pieces,
              (piece, answer) -> {
                own.add(answer.base());
                for (int i = 0; i < answer.variants().size(); i++) {
                  found.accept(groups.get(piece).get(i), answer.variants().get(i));
                }
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return own.get(0);
  }

  /** Runs the base, and each variant from the step at which it first differs. */
  <R> R here(
      CachePlan base,
      List<CachePlan> variants,
      VariantsPiece.Measure<R> measure,
      BiConsumer<Integer, R> found) {
    check(base);
    int terms = base.mostTerms();
    List<List<Integer>> starting = new ArrayList<>();
    for (int step = 0; step <= steps(); step++) {
      starting.add(new ArrayList<>());
    }
    for (int i = 0; i < variants.size(); i++) {
      check(variants.get(i));
      terms = Math.max(terms, variants.get(i).mostTerms());
      starting.get(firstDifference(base, variants.get(i))).add(i);
    }
    try (NDManager scope = manager.newSubManager();
        Trajectory trajectory = sampler.start(scope, noise, model.denoiser().prediction());
        FeatureHistory history = new FeatureHistory(scope, base.branches(), Math.max(1, terms))) {
      for (int step = 0; step < steps(); step++) {
        for (int variant : starting.get(step)) {
          CachePlan plan = variants.get(variant);
          found.accept(variant, branchOff(scope, trajectory, history, plan, measure));
        }
        step(scope, trajectory, follow(base, step, history));
      }
      R result = measure.of(this, trajectory.x());
      starting.get(steps()).forEach(same -> found.accept(same, result));
      return result;
    }
  }

  /** {@return how many guided forward passes there were so far} */
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

  private static int firstDifference(CachePlan one, CachePlan other) {
    for (int step = 0; step < one.steps(); step++) {
      for (int branch = 0; branch < one.branches(); branch++) {
        boolean computes = one.computes(step, branch);
        if (computes != other.computes(step, branch)
            || (!computes && !one.forecast(step, branch).equals(other.forecast(step, branch)))) {
          return step;
        }
      }
    }
    return one.steps();
  }

  private <R> R branchOff(
      NDManager parent,
      Trajectory shared,
      FeatureHistory before,
      CachePlan plan,
      VariantsPiece.Measure<R> measure) {
    try (NDManager scope = parent.newSubManager();
        Trajectory trajectory = shared.fork(scope);
        FeatureHistory own = before.fork(scope)) {
      while (trajectory.step() < plan.steps()) {
        step(scope, trajectory, follow(plan, trajectory.step(), own));
      }
      return measure.of(this, trajectory.x());
    }
  }

  private static Function<NDManager, CacheHook> follow(
      CachePlan plan, int step, FeatureHistory history) {
    return owner ->
        (branch, compute) -> {
          if (plan.computes(step, branch)) {
            NDArray fresh = compute.get();
            history.put(step, branch, fresh);
            return fresh;
          }
          Forecast forecast = plan.forecast(step, branch);
          return history.forecast(branch, forecast, owner);
        };
  }

  private void step(NDManager parent, Trajectory trajectory, Function<NDManager, CacheHook> hook) {
    forwards++;
    DenoisingLoop.step(
        parent, trajectory, (owner, x, time) -> model.predict(x, time, hook.apply(owner)));
  }

  private double[] errors(NDArray x) {
    try (NDArray difference = x.sub(reference)) {
      return SampleErrors.of(difference);
    }
  }

  /** Frees the batch. */
  @Override
  public void close() {
    manager.close();
  }
}
