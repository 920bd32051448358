package io.harmonica.router;

import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.CachePolicy;
import io.harmonica.plan.ForecastRule;
import io.harmonica.plan.PlanRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What a training gives and sampling takes: a score r = sigmoid(logit) for every step and branch,
 * the threshold tau that they are read with, how the other branches are forecast, and where it all
 * comes from. A branch is computed where r &gt; tau. Immutable.
 *
 * <p>Ask {@code SamplingSetup.plan(router)} for the plan of a run: it refuses a router of another
 * model, sampler or number of steps.
 */
public final class Router implements CachePolicy {
  /** Logits of trained routers lie in [-LIMIT, LIMIT]; the first step's are LIMIT. */
  public static final float LIMIT = 5;

  private final float[][] logits;
  private final RouterProvenance provenance;
  private final CachePlan plan;

  /**
   * Creates a router that repeats what it does not compute.
   *
   * @param logits [T][branches] in execution order; copied
   * @param provenance where they come from, and tau
   * @throws IllegalArgumentException if rows differ in length, are empty, or hold a value that is
   *     not finite
   */
  public Router(float[][] logits, RouterProvenance provenance) {
    this(logits, provenance, ForecastRule.REUSE);
  }

  /**
   * Creates a router with forecasts.
   *
   * @param logits [T][branches] in execution order; copied
   * @param provenance where they come from, and tau
   * @param forecasts how the cells that tau does not compute are made
   * @throws IllegalArgumentException if rows differ in length, are empty, hold a value that is not
   *     finite, or if a forecast takes more outputs than its branch has had
   */
  public Router(float[][] logits, RouterProvenance provenance, ForecastRule forecasts) {
    if (logits.length == 0 || logits[0].length == 0) {
      throw new IllegalArgumentException("a router needs at least one step and one branch");
    }
    for (int step = 0; step < logits.length; step++) {
      if (logits[step].length != logits[0].length) {
        throw new IllegalArgumentException(
            "router step %d has %d branches, step 0 has %d"
                .formatted(step, logits[step].length, logits[0].length));
      }
      for (float logit : logits[step]) {
        if (!Float.isFinite(logit)) {
          throw new IllegalArgumentException("router step " + step + " holds the logit " + logit);
        }
      }
    }
    this.logits = copy(logits);
    this.provenance = provenance;
    double tau = provenance.threshold();
    this.plan =
        CachePlan.of(steps(), branches(), (step, branch) -> score(step, branch) > tau)
            .forecasting(forecasts);
  }

  /**
   * Turns a plan into a router, so that a plan that was searched for is kept and followed like a
   * learned one.
   *
   * @param plan the plan
   * @param provenance where it comes from
   * @return the router: its logits are {@link #LIMIT} where the plan computes, and else its
   *     negative
   * @throws IllegalArgumentException if the provenance's threshold is so near 0 or 1 that these
   *     logits would give another plan
   */
  public static Router of(CachePlan plan, RouterProvenance provenance) {
    float[][] logits = new float[plan.steps()][plan.branches()];
    for (int step = 0; step < plan.steps(); step++) {
      for (int branch = 0; branch < plan.branches(); branch++) {
        logits[step][branch] = plan.computes(step, branch) ? LIMIT : -LIMIT;
      }
    }
    double tau = provenance.threshold();
    if (!(sigmoid(-LIMIT) <= tau && tau < sigmoid(LIMIT))) {
      throw new IllegalArgumentException(
          "threshold %s does not tell apart the scores that a plan becomes, expected %.3f to %.3f"
              .formatted(tau, sigmoid(-LIMIT), sigmoid(LIMIT)));
    }
    return of(plan, logits, provenance);
  }

  /**
   * Reads a router: this library's safetensors file, or the public Python code's {@code .pt}. The
   * file's content decides.
   *
   * @param path the file
   * @return the router
   * @throws IOException if the file cannot be read, is damaged or holds no router
   */
  public static Router read(Path path) throws IOException {
    return RouterFile.read(path);
  }

  /**
   * Writes the router as a whole or not at all: for the public Python code if the name ends in .pt
   * or .pth, and else as safetensors.
   *
   * @param path the file
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if the router has forecasts and the name is one of the public
   *     code's, whose files have no place for them
   */
  public void write(Path path) throws IOException {
    String name = path.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".pt") || name.endsWith(".pth")) {
      PublicRouterFile.write(path, this);
    } else {
      RouterFile.write(path, this);
    }
  }

  /**
   * Returns the same scores read with another threshold.
   *
   * @param threshold tau
   * @return the router
   * @throws IllegalArgumentException if the threshold is not from 0 to 1, or if it gives another
   *     plan and the router has forecasts, which were made for this one
   */
  public Router withThreshold(double threshold) {
    Router other = new Router(logits, provenance.withThreshold(threshold));
    if (plan.repeats()) {
      return other;
    }
    if (!plan.forecasting(ForecastRule.REUSE).equals(other.plan)) {
      throw new IllegalArgumentException(
          ("threshold %s gives another plan than %s, for which the router's forecasts were made;"
                  + " leave it out")
              .formatted(threshold, threshold()));
    }
    return Router.of(plan, logits, provenance.withThreshold(threshold));
  }

  /**
   * Returns the same router for another sampler, to try whether it serves there. Its provenance
   * keeps what it was trained for as the setting {@code trained_with_sampler}.
   *
   * @param sampler the sampler's name
   * @return the router
   */
  public Router withSampler(String sampler) {
    return Router.of(plan, logits, provenance.withSampler(sampler));
  }

  private static Router of(CachePlan plan, float[][] logits, RouterProvenance provenance) {
    return new Router(logits, provenance, (step, branch, history) -> plan.forecast(step, branch));
  }

  /** {@return T, the number of steps} */
  public int steps() {
    return logits.length;
  }

  /** {@return the branches of one step} */
  public int branches() {
    return logits[0].length;
  }

  /** {@return tau: a branch is computed where its score is above} */
  public double threshold() {
    return provenance.threshold();
  }

  /**
   * Returns a score.
   *
   * @param step the step, in execution order
   * @param branch the flat branch index
   * @return r = sigmoid(logit), from 0 to 1
   */
  public double score(int step, int branch) {
    return sigmoid(logits[step][branch]);
  }

  private static double sigmoid(float logit) {
    return 1 / (1 + Math.exp(-logit));
  }

  /** {@return a copy of the logits, [T][branches] in execution order} */
  public float[][] logits() {
    return copy(logits);
  }

  /** {@return where the scores come from} */
  public RouterProvenance provenance() {
    return provenance;
  }

  /**
   * Turns the scores into a plan, after checking that the router was made for the run.
   *
   * @param request the run
   * @return the plan
   * @throws IllegalArgumentException if the run's steps, branches, model or sampler are others; the
   *     message names both values
   */
  @Override
  public CachePlan plan(PlanRequest request) {
    provenance.fit().require("the router was trained", request.fit());
    if (steps() != request.steps()) {
      throw new IllegalArgumentException(
          "the router is for %d steps, this run has %d; give --steps %d or train another router"
              .formatted(steps(), request.steps(), steps()));
    }
    BranchLayout layout = request.layout();
    if (branches() != layout.branches()) {
      throw new IllegalArgumentException(
          "the router is for %d branches, this model has %d (%d blocks of %s)"
              .formatted(branches(), layout.branches(), layout.blocks(), layout.kinds()));
    }
    return uncheckedPlan();
  }

  /**
   * Turns the scores into a plan without asking what run it is for: to look at a router, not to
   * sample with it.
   *
   * @return the plan
   */
  public CachePlan uncheckedPlan() {
    return plan;
  }

  @Override
  public String name() {
    return "router";
  }

  private static float[][] copy(float[][] rows) {
    float[][] copy = new float[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      copy[i] = rows[i].clone();
    }
    return copy;
  }
}
