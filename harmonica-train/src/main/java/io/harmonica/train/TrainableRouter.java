package io.harmonica.train;

import io.harmonica.diffusion.Noise;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.ForecastRule;
import io.harmonica.router.Router;
import io.harmonica.router.RouterProvenance;
import java.util.Arrays;
import java.util.Random;

/**
 * The trainable cache router: one logit for every step and branch, r = sigmoid(logit), with the
 * state of its optimiser (AdamW without weight decay; beta 0.9 and 0.999, epsilon 1e-8). Rows are
 * updated one at a time and count their own steps. It lives on the host: a step needs T x branches
 * numbers, and a plan known there costs no synchronisation with the device. Not thread-safe.
 */
public final class TrainableRouter {
  private static final float LIMIT = Router.LIMIT;

  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  private final float[][] logits;
  private final float[][] first;
  private final float[][] second;
  private final long[] updates;

  private TrainableRouter(float[][] logits, float[][] first, float[][] second, long[] updates) {
    this.logits = logits;
    this.first = first;
    this.second = second;
    this.updates = updates;
  }

  /**
   * Starts with logits drawn from N(0, 1), and the first step's at {@link Router#LIMIT}.
   *
   * @param steps number of steps T
   * @param branches number of branches
   * @param random the generator
   * @return the router
   */
  public static TrainableRouter random(int steps, int branches, Random random) {
    float[][] logits = new float[steps][branches];
    for (float[] row : logits) {
      Noise.fill(random, row);
    }
    Arrays.fill(logits[0], LIMIT);
    return of(logits);
  }

  /**
   * Starts from given logits.
   *
   * @param logits [T][branches] in execution order; copied
   * @return the router
   */
  public static TrainableRouter of(float[][] logits) {
    int branches = logits[0].length;
    return new TrainableRouter(
        copy(logits),
        new float[logits.length][branches],
        new float[logits.length][branches],
        new long[logits.length]);
  }

  /**
   * The whole state, for saving and restoring.
   *
   * @param logits [T][branches]
   * @param first the gradients' running means, [T][branches]
   * @param second the squared gradients' running means, [T][branches]
   * @param updates how often each row was updated, [T]
   */
  @SuppressWarnings("ArrayRecordComponent") // a bare carrier between the router and a file
  public record State(float[][] logits, float[][] first, float[][] second, long[] updates) {}

  /** {@return a copy of the whole state} */
  public State state() {
    return new State(copy(logits), copy(first), copy(second), updates.clone());
  }

  /**
   * Goes on from a saved state.
   *
   * @param state the state; copied
   * @return the router
   */
  public static TrainableRouter restore(State state) {
    return new TrainableRouter(
        copy(state.logits()), copy(state.first()), copy(state.second()), state.updates().clone());
  }

  /** {@return the number of steps, T} */
  public int steps() {
    return logits.length;
  }

  /** {@return the number of branches: the branches of one step} */
  public int branches() {
    return logits[0].length;
  }

  /** {@return a copy of all logits, [T][branches]} */
  float[][] logits() {
    return copy(logits);
  }

  /**
   * Returns the logits of a step.
   *
   * @param step the step, in execution order
   * @return a copy, [branches]
   */
  public float[] logits(int step) {
    return logits[step].clone();
  }

  /**
   * Tells which branches of a step a threshold lets compute.
   *
   * @param step the step
   * @param threshold tau: r above it computes
   * @return [branches]
   */
  public boolean[] computes(int step, double threshold) {
    boolean[] computes = new boolean[branches()];
    for (int branch = 0; branch < computes.length; branch++) {
      computes[branch] = sigmoid(logits[step][branch]) > threshold;
    }
    return computes;
  }

  /**
   * Takes one AdamW step on a row and clamps it.
   *
   * @param step the row
   * @param gradient d loss / d logit, [branches]
   * @param learningRate the rate
   * @throws ArithmeticException if a gradient is not finite
   */
  public void update(int step, float[] gradient, double learningRate) {
    long count = ++updates[step];
    double correction1 = 1 - Math.pow(BETA1, (double) count);
    double correction2 = Math.sqrt(1 - Math.pow(BETA2, (double) count));
    for (int branch = 0; branch < gradient.length; branch++) {
      double g = gradient[branch];
      if (!Double.isFinite(g)) {
        throw new ArithmeticException(
            "the gradient of step %d, branch %d is %s: the training diverged"
                .formatted(step, branch, g));
      }
      double m = BETA1 * first[step][branch] + (1 - BETA1) * g;
      double v = BETA2 * second[step][branch] + (1 - BETA2) * g * g;
      first[step][branch] = (float) m;
      second[step][branch] = (float) v;
      double change = learningRate / correction1 * m / (Math.sqrt(v) / correction2 + EPSILON);
      logits[step][branch] = (float) (logits[step][branch] - change);
    }
    clamp(step);
  }

  /**
   * Clamps a row to the limits.
   *
   * @param step the row
   */
  public void clamp(int step) {
    for (int branch = 0; branch < branches(); branch++) {
      logits[step][branch] = Math.max(-LIMIT, Math.min(LIMIT, logits[step][branch]));
    }
  }

  /**
   * Returns the plan that the router gives now.
   *
   * @param threshold tau: r above it computes
   * @return the plan
   */
  public CachePlan plan(double threshold) {
    return CachePlan.of(
        steps(), branches(), (step, branch) -> sigmoid(logits[step][branch]) > threshold);
  }

  /**
   * Freezes the scores.
   *
   * @param provenance where they come from
   * @return the router, which repeats what it does not compute; independent of later updates
   */
  public Router router(RouterProvenance provenance) {
    return router(provenance, ForecastRule.REUSE);
  }

  /**
   * Freezes the scores.
   *
   * @param provenance where they come from
   * @param forecasts how branches that are not computed are made
   * @return the router, independent of later updates
   */
  public Router router(RouterProvenance provenance, ForecastRule forecasts) {
    return new Router(logits, provenance, forecasts);
  }

  static double sigmoid(double logit) {
    return 1 / (1 + Math.exp(-logit));
  }

  static float[][] copy(float[][] rows) {
    float[][] copy = new float[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      copy[i] = rows[i].clone();
    }
    return copy;
  }
}
