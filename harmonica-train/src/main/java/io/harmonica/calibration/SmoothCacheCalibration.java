package io.harmonica.calibration;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.cache.CacheHook;
import io.harmonica.diffusion.DenoisingLoop;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.RandomStream;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.diffusion.Trajectory;
import io.harmonica.files.LibraryVersion;
import io.harmonica.plan.BranchLayout;
import io.harmonica.policy.SmoothCacheProfile;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

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
    if (maxGap < 1 || samples < 1) {
      throw new IllegalArgumentException(
          "largest gap is %d for %d samples, expected at least 1 of each"
              .formatted(maxGap, samples));
    }
    BranchLayout layout = setup.layout();
    Random random = RandomStream.CALIBRATION.random(seed, 0);
    try (NDManager scope = manager.newSubManager();
        NDArray noise = Noise.normal(scope, random, setup.batch(samples));
        GuidedDenoiser model =
            new GuidedDenoiser(
                scope,
                setup.denoiser(),
                setup.conditioning().draw(scope, random, samples),
                setup.guidance());
        Trajectory trajectory =
            setup.sampler(seed).start(scope, noise, setup.denoiser().prediction());
        ProfilingCache profile =
            new ProfilingCache(scope, setup.steps(), layout.branches(), maxGap)) {
      for (int step = 0; step < setup.steps(); step++) {
        CacheHook hook = profile.step(step);
        DenoisingLoop.step(scope, trajectory, (owner, x, time) -> model.predict(x, time, hook));
      }
      return SmoothCacheProfile.ofBranches(
          setup.fit(), layout, profile.changes(), settings(setup, samples, seed));
    }
  }

  private static Map<String, String> settings(SamplingSetup setup, int samples, long seed) {
    Map<String, String> settings = new TreeMap<>(setup.identity().settings());
    settings.put("seed", Long.toString(seed));
    settings.put("samples", Integer.toString(samples));
    settings.put("guidance", Double.toString(setup.guidance().written()));
    settings.putAll(setup.guidance().settings());
    settings.put("guided_channels", Integer.toString(setup.guidance().channels()));
    settings.put("library_version", LibraryVersion.text());
    return settings;
  }
}
