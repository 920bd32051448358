package io.harmonica.search;

import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanTarget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * The shortest path over jumps from one computed step to the next, as LeMiCa and DPCache look for
 * it: a jump costs what leaving out its steps alone does to the image, and the path with as many
 * steps as the target pays for and the least sum wins. A jump costs one partial run, so that all of
 * them are measured.
 */
record JumpStart(int steps, int branches, int order) implements PlanStart {
  private static final int LONGEST = 4;

  @Override
  public String name() {
    return "jumps";
  }

  @Override
  public long forwards(PlanTarget target) {
    return steps + (long) longest(target) * steps * steps / 2;
  }

  /** The longest jump that is looked at: twice the mean, or a little more where that is short. */
  private int longest(PlanTarget target) {
    int count = StepPlans.affordable(steps, branches, target);
    return Math.min(steps, Math.max(LONGEST, 2 * steps / count));
  }

  @Override
  public List<Draft> drafts(PlanErrors errors, PlanTarget target) {
    int count = StepPlans.affordable(steps, branches, target);
    int longest = longest(target);
    double[][] costs = costs(errors, longest);
    return List.of(Draft.of(StepPlans.of(steps, branches, path(costs, count)), order));
  }

  /** costs[from][to]: the error of computing all steps but those between; to may be the end. */
  private double[][] costs(PlanErrors errors, int longest) {
    double[][] costs = new double[steps][steps + 1];
    List<int[]> jumps = new ArrayList<>();
    List<CachePlan> plans = new ArrayList<>();
    for (int from = 0; from < steps; from++) {
      Arrays.fill(costs[from], Double.POSITIVE_INFINITY);
      for (int to = from + 1; to <= Math.min(steps, from + longest); to++) {
        BitSet computed = new BitSet();
        computed.set(0, steps);
        computed.clear(from + 1, to);
        jumps.add(new int[] {from, to});
        plans.add(Draft.of(StepPlans.of(steps, branches, computed), order).plan());
      }
    }
    CachePlan full = CachePlan.ofSteps(steps, branches, step -> true);
    double[][] measured = errors.of(full, plans).variants();
    for (int i = 0; i < plans.size(); i++) {
      costs[jumps.get(i)[0]][jumps.get(i)[1]] = SampleErrors.mean(measured[i]);
    }
    return costs;
  }

  private BitSet path(double[][] costs, int count) {
    // best[n][s]: the least sum of n jumps that end at step s.
    double[][] best = new double[count + 1][steps + 1];
    int[][] before = new int[count + 1][steps + 1];
    for (double[] row : best) {
      Arrays.fill(row, Double.POSITIVE_INFINITY);
    }
    best[0][0] = 0;
    for (int jumps = 1; jumps <= count; jumps++) {
      for (int to = 1; to <= steps; to++) {
        for (int from = 0; from < to; from++) {
          double sum = best[jumps - 1][from] + costs[from][to];
          if (sum < best[jumps][to]) {
            best[jumps][to] = sum;
            before[jumps][to] = from;
          }
        }
      }
    }
    BitSet computed = new BitSet();
    int at = steps;
    for (int jumps = count; jumps > 0; jumps--) {
      at = before[jumps][at];
      computed.set(at);
    }
    return computed;
  }
}
