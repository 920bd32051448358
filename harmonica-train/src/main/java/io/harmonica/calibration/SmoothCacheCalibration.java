package io.harmonica.calibration;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.BranchLayout;
import io.harmonica.policy.SmoothCacheProfile;

/** Measures the profile that SmoothCache plans by: one run that computes everything, T forwards. */
public final class SmoothCacheCalibration {
  /** How many steps an output may be reused for unless something else is asked for. */
  public static final int MAX_GAP = 3;

  private SmoothCacheCalibration() {}

  /**
   * Runs a calibration batch that computes everything.
   *
   * @param manager its device runs the batch; everything made under it is freed
   * @param setup the run that the profile is for
   * @param samples how many to measure
   * @param seed of noise and conditioning
   * @param maxGap how many steps an output may be reused for at most
   * @return the profile
   * @throws IllegalArgumentException if samples or gap is less than 1
   */
  public static SmoothCacheProfile measure(
      NDManager manager, SamplingSetup setup, int samples, long seed, int maxGap) {
    if (maxGap < 1) {
      throw new IllegalArgumentException("largest gap is " + maxGap + ", expected at least 1");
    }
    CalibrationRun run = new CalibrationRun(setup, samples, seed);
    BranchLayout layout = setup.layout();
    try (ProfilingCache profile =
        new ProfilingCache(manager, setup.steps(), layout.branches(), maxGap)) {
      run.run(manager, (step, owner) -> profile.step(step));
      return SmoothCacheProfile.ofBranches(setup.fit(), layout, profile.changes(), run.settings());
    }
  }
}
