package io.harmonica.calibration;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.harmonica.cache.CacheHook;
import io.harmonica.cache.FeatureHistory;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.Forecast;
import io.harmonica.plan.PlanTarget;
import io.harmonica.policy.LinearPolicy;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Fits a linear predictor along the student's own trajectory: one run, T forwards that compute
 * everything. At a cell that the plan does not compute the branch's fresh output is the target, its
 * last outputs are what it is made from, and the forecast with the weights just fitted goes on
 * through the network. So later cells learn on inputs as sampling will have them.
 */
public final class LinearCalibration {
  /** How many outputs a forecast takes unless something else is asked for. */
  public static final int TERMS = 2;

  private final CachePlan plan;
  private final boolean perHalf;
  private final FeatureHistory history;
  private final Forecast[][] forecasts;

  private LinearCalibration(CachePlan plan, boolean perHalf, FeatureHistory history) {
    this.plan = plan;
    this.perHalf = perHalf;
    this.history = history;
    this.forecasts = new Forecast[plan.steps()][plan.branches()];
  }

  /**
   * Runs a calibration batch and fits.
   *
   * @param manager its device runs the batch; everything made under it is freed
   * @param setup the run that the predictor is for
   * @param samples how many to fit on
   * @param seed of noise and conditioning
   * @param plan which cells are computed; how it forecasts the others does not matter
   * @param terms how many outputs a forecast takes at most, 1 to {@link Forecast#MOST_TERMS}; fewer
   *     where the branch has had fewer
   * @param perHalf whether the halves of a guided batch get weights of their own
   * @return the predictor
   * @throws IllegalArgumentException if the plan is for another run, samples or terms are out of
   *     range, or there are no halves without guidance
   */
  public static LinearPolicy measure(
      NDManager manager,
      SamplingSetup setup,
      int samples,
      long seed,
      CachePlan plan,
      int terms,
      boolean perHalf) {
    check(setup, plan, terms, perHalf);
    CalibrationRun run = new CalibrationRun(setup, samples, seed);
    try (FeatureHistory history = new FeatureHistory(manager, plan.branches(), terms)) {
      LinearCalibration fit = new LinearCalibration(plan, perHalf, history);
      run.run(manager, fit::hook);
      Map<String, String> settings = run.settings();
      settings.put("terms", Integer.toString(terms));
      settings.put("halves", perHalf ? "2" : "1");
      return new LinearPolicy(
          setup.fit(),
          setup.layout(),
          plan.forecasting((step, branch, past) -> fit.forecasts[step][branch]),
          settings);
    }
  }

  /**
   * Plans whole steps at distances as even as can be, for targets that no interval has.
   *
   * @param setup the run
   * @param utilisation CUR to reach, from 0 to (T - 1) / T
   * @return the plan, of the least CUR that is no lower
   * @throws IllegalArgumentException if the ratio is out of range
   */
  public static CachePlan evenSteps(SamplingSetup setup, double utilisation) {
    int steps = setup.steps();
    int branches = setup.layout().branches();
    long count = PlanTarget.utilisation(steps, branches, utilisation).total() / branches;
    BitSet computed = new BitSet(steps);
    for (int i = 0; i < count; i++) {
      computed.set((int) Math.round((double) steps * i / count));
    }
    return CachePlan.ofSteps(steps, branches, computed::get);
  }

  private static void check(SamplingSetup setup, CachePlan plan, int terms, boolean perHalf) {
    if (plan.steps() != setup.steps() || plan.branches() != setup.layout().branches()) {
      throw new IllegalArgumentException(
          "the plan is for %d steps and %d branches, the run has %d and %d"
              .formatted(plan.steps(), plan.branches(), setup.steps(), setup.layout().branches()));
    }
    if (terms < 1 || terms > Forecast.MOST_TERMS) {
      throw new IllegalArgumentException(
          "a forecast takes %d outputs, expected 1 to %d".formatted(terms, Forecast.MOST_TERMS));
    }
    if (perHalf && !setup.guidance().active()) {
      throw new IllegalArgumentException(
          "guidance scale is %s, but weights are asked for each half of a guided batch; fit one set"
              .formatted(setup.guidance().text()));
    }
  }

  private CacheHook hook(int step, NDManager owner) {
    return (branch, compute) -> apply(step, branch, compute, owner);
  }

  private NDArray apply(int step, int branch, Supplier<NDArray> compute, NDManager owner) {
    NDArray fresh = compute.get();
    if (plan.computes(step, branch)) {
      history.put(step, branch, fresh);
      return fresh;
    }
    try (NDManager scope = owner.newSubManager()) {
      forecasts[step][branch] = fit(fresh, history.outputs(branch, scope));
    }
    return history.forecast(branch, forecasts[step][branch], owner);
  }

  private Forecast fit(NDArray fresh, List<NDArray> past) {
    if (!perHalf) {
      return Forecast.of(LeastSquares.weights(fresh, past));
    }
    long half = fresh.getShape().get(0) / 2;
    NDIndex conditional = new NDIndex(":{}", half);
    NDIndex unconditional = new NDIndex("{}:", half);
    return Forecast.ofHalves(half(conditional, fresh, past), half(unconditional, fresh, past));
  }

  private static float[] half(NDIndex rows, NDArray fresh, List<NDArray> past) {
    try (NDArray cut = fresh.get(rows)) {
      return LeastSquares.weights(cut, past.stream().map(each -> each.get(rows)).toList());
    }
  }
}
