package io.harmonica.router;

import io.harmonica.plan.CachePlan;

/**
 * A learned router's scores, one for every step and branch, and where they come from. Immutable.
 * Scores are kept as logits, as the public router files do.
 */
public final class RouterScores {
  private final float[][] logits;
  private final RouterProvenance provenance;

  /**
   * Creates scores.
   *
   * @param logits [T][branches] in execution order; copied
   * @param provenance where they come from
   * @throws IllegalArgumentException if rows differ in length, are empty, or hold a value that is
   *     not finite
   */
  public RouterScores(float[][] logits, RouterProvenance provenance) {
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
    this.logits = Router.copy(logits);
    this.provenance = provenance;
  }

  /**
   * Turns a plan into scores that any threshold from 0.01 to 0.99 turns back, so that a plan that
   * was searched for is kept and followed like a learned one.
   *
   * @param plan the plan
   * @param provenance where it comes from
   * @return the scores: {@link Router#LIMIT} where the plan computes, and else its negative
   */
  public static RouterScores of(CachePlan plan, RouterProvenance provenance) {
    float[][] logits = new float[plan.steps()][plan.branches()];
    for (int step = 0; step < plan.steps(); step++) {
      for (int branch = 0; branch < plan.branches(); branch++) {
        logits[step][branch] = plan.computes(step, branch) ? Router.LIMIT : -Router.LIMIT;
      }
    }
    return new RouterScores(logits, provenance);
  }

  static double sigmoid(double logit) {
    return 1 / (1 + Math.exp(-logit));
  }

  /**
   * Returns the number of steps.
   *
   * @return T
   */
  public int steps() {
    return logits.length;
  }

  /**
   * Returns the number of branches.
   *
   * @return the branches of one step
   */
  public int branches() {
    return logits[0].length;
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

  /**
   * Returns the logits.
   *
   * @return a copy, [T][branches] in execution order
   */
  public float[][] logits() {
    return Router.copy(logits);
  }

  /**
   * Returns where the scores come from.
   *
   * @return the provenance
   */
  public RouterProvenance provenance() {
    return provenance;
  }

  /**
   * Turns the scores into a plan: r above the threshold computes, and step 0 computes everything.
   *
   * @param threshold tau
   * @return the plan
   */
  public CachePlan plan(double threshold) {
    return CachePlan.of(steps(), branches(), (step, branch) -> score(step, branch) > threshold);
  }
}
