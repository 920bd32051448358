package io.harmonica.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.cache.ProfilingCache;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Sampler;
import io.harmonica.diffusion.Trajectory;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.ModelFit;
import io.harmonica.plan.SmoothCacheProfile;
import java.util.Map;
import java.util.TreeMap;

/** Measures the profile that SmoothCache plans by: one run that computes everything, T forwards. */
public final class SmoothCacheCalibration {
  /** How many steps an output may be reused for unless something else is asked for. */
  public static final int MAX_GAP = 3;

  private SmoothCacheCalibration() {}

  /**
   * Runs a calibration batch.
   *
   * @param manager its device runs the batch; everything made under it is freed
   * @param model the model bound to the batch's conditioning
   * @param sampler the sampler of inference, with its T
   * @param noise x_T, [n, C, H, W]
   * @param maxGap how many steps an output may be reused for at most
   * @param origin name and hash of the model and name of the sampler, for the profile
   * @param settings how the batch was drawn, for the profile
   * @return the profile
   * @throws IllegalArgumentException if the gap is less than 1
   */
  public static SmoothCacheProfile measure(
      NDManager manager,
      GuidedDenoiser model,
      Sampler sampler,
      NDArray noise,
      int maxGap,
      ModelFit origin,
      Map<String, String> settings) {
    if (maxGap < 1) {
      throw new IllegalArgumentException("largest gap is " + maxGap + ", expected at least 1");
    }
    BranchLayout layout = model.denoiser().layout();
    int steps = sampler.schedule().steps();
    try (NDManager scope = manager.newSubManager();
        Trajectory trajectory = sampler.start(scope, noise);
        ProfilingCache profile = new ProfilingCache(scope, steps, layout.branches(), maxGap)) {
      for (int step = 0; step < steps; step++) {
        try (NDManager stepScope = scope.newSubManager()) {
          NDArray x = trajectory.x().duplicate();
          x.attach(stepScope);
          int timestep = sampler.schedule().timestep(step);
          trajectory.advance(model.predict(x, timestep, profile.step(step)));
        }
      }
      Map<String, String> all = new TreeMap<>(settings);
      all.put("samples", Long.toString(noise.getShape().get(0)));
      return SmoothCacheProfile.ofBranches(origin, layout, profile.changes(), all);
    }
  }
}
