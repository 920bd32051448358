package io.harmonica.plan;

/** Decides one cell of a plan. */
@FunctionalInterface
public interface CellRule {
  /**
   * Decides whether a branch is computed.
   *
   * @param step the step, in execution order
   * @param branch the flat branch index
   * @return true to compute
   */
  boolean computes(int step, int branch);
}
