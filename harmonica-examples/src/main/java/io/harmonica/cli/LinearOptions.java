package io.harmonica.cli;

import io.harmonica.calibration.LinearCalibration;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.CachePlan;
import io.harmonica.policy.IntervalPolicy;
import picocli.CommandLine.Option;

/** What a linear predictor is fitted for. */
final class LinearOptions {
  @Option(
      names = "--interval",
      paramLabel = "N",
      description = "linear: every N-th step is computed")
  private Integer interval;

  @Option(
      names = "--cur",
      paramLabel = "RATIO",
      description = "linear: instead of --interval, evenly spaced steps that reach this CUR")
  private Double utilisation;

  @Option(
      names = "--terms",
      paramLabel = "K",
      description =
          "linear: how many past outputs a forecast weighs (" + LinearCalibration.TERMS + ")")
  private Integer terms;

  @Option(
      names = "--halves",
      description = "linear: weights of their own for the halves of a guided batch")
  private boolean halves;

  /** Refuses what is missing, and what another method has no use for. */
  void check(boolean wanted) {
    boolean given = interval != null || utilisation != null || terms != null || halves;
    if (!wanted && given) {
      throw new IllegalArgumentException(
          "--interval, --cur, --terms and --halves are for --method linear");
    }
    if (wanted && (interval == null) == (utilisation == null)) {
      throw new IllegalArgumentException(
          "--method linear needs either --interval or --cur, not %s"
              .formatted(interval == null ? "none" : "both"));
    }
  }

  CachePlan plan(SamplingSetup setup) {
    return interval == null
        ? LinearCalibration.evenSteps(setup, utilisation)
        : setup.plan(new IntervalPolicy(interval));
  }

  int terms() {
    return terms == null ? LinearCalibration.TERMS : terms;
  }

  boolean perHalf() {
    return halves;
  }
}
