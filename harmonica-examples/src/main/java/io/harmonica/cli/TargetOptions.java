package io.harmonica.cli;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.MeasuredCost;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.ComputeCost;
import io.harmonica.plan.PlanTarget;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What a router's plan may cost. */
final class TargetOptions {
  @Option(
      names = "--target-speedup",
      paramLabel = "X",
      description = "train for this speed-up: time without a cache over time with it")
  private Double speedup;

  @Option(
      names = "--target-cur",
      paramLabel = "RATIO",
      description = "train for this part of all branches reused, 0 to 1; harmonized: 0.375")
  private Double utilisation;

  @Option(
      names = "--cost",
      defaultValue = "macs",
      description =
          "what a speed-up counts: macs, or milliseconds measured here (${DEFAULT-VALUE})")
  private Unit unit;

  /** What costs are counted in. */
  enum Unit {
    MACS,
    MILLISECONDS
  }

  /** The target that was asked for, if one was. */
  Optional<PlanTarget> target(NDManager manager, SamplingSetup setup) {
    if (speedup != null && utilisation != null) {
      throw new IllegalArgumentException("give either --target-speedup or --target-cur, not both");
    }
    if (unit == Unit.MILLISECONDS && speedup == null) {
      throw new IllegalArgumentException(
          "--cost milliseconds is what a speed-up counts: give --target-speedup, or leave it out");
    }
    if (utilisation != null) {
      return Optional.of(utilisation(setup, utilisation));
    }
    if (speedup == null) {
      return Optional.empty();
    }
    ComputeCost cost = unit == Unit.MACS ? setup.cost() : MeasuredCost.of(manager, setup);
    return Optional.of(PlanTarget.speedup(cost, setup.steps(), speedup));
  }

  static PlanTarget utilisation(SamplingSetup setup, double utilisation) {
    return PlanTarget.utilisation(setup.steps(), setup.layout().branches(), utilisation);
  }
}
