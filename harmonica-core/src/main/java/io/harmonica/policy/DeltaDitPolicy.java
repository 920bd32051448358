package io.harmonica.policy;

import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.CachePolicy;
import io.harmonica.plan.PlanRequest;

/**
 * Reuses the rear blocks while the image's outline forms and the front blocks while its details do:
 * the schedule of Delta-DiT (Chen et al., 2024). Every N-th step computes everything. Of the steps
 * in between, those before the switch reuse the last blocks, those from the switch on the first
 * ones.
 *
 * <p>The same as in the paper: which blocks are skipped at which steps, and that a skipped range
 * adds a remembered change to its current input. Not the same: the paper remembers one change for
 * the range, with the gates of the step that computed it; here each branch's output is remembered
 * and multiplied by the gates of the current step, as for all policies. Where the switch falls
 * between two full steps, the paper goes on from the full step; here the front blocks go on from
 * the step before the switch, which computed them.
 *
 * @param blocks how many blocks are skipped, at least 1
 * @param switchStep the first step, in execution order, that skips front blocks instead of rear
 *     ones; 0 skips front blocks only, T rear blocks only
 * @param interval N, at least 1; 1 never reuses
 */
public record DeltaDitPolicy(int blocks, int switchStep, int interval) implements CachePolicy {

  /**
   * Checks the settings.
   *
   * @param blocks see the record
   * @param switchStep see the record
   * @param interval see the record
   * @throws IllegalArgumentException if one is out of range
   */
  public DeltaDitPolicy {
    require("block count", blocks, 1);
    require("switch step", switchStep, 0);
    require("interval", interval, 1);
  }

  private static void require(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "delta-dit %s is %d, expected at least %d".formatted(name, value, least));
    }
  }

  @Override
  public CachePlan plan(PlanRequest request) {
    int steps = request.steps();
    BranchLayout layout = request.layout();
    if (blocks > layout.blocks()) {
      throw new IllegalArgumentException(
          "delta-dit block count is %d, but the model has %d blocks; skip fewer"
              .formatted(blocks, layout.blocks()));
    }
    return CachePlan.of(
        steps,
        layout.branches(),
        (step, branch) -> step % interval == 0 || !skips(step, layout.block(branch), layout));
  }

  private boolean skips(int step, int block, BranchLayout layout) {
    return step < switchStep ? block >= layout.blocks() - blocks : block < blocks;
  }

  @Override
  public String name() {
    return "delta-dit:" + blocks + ":" + switchStep + ":" + interval;
  }
}
