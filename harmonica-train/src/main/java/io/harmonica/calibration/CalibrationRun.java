package io.harmonica.calibration;

import ai.djl.ndarray.NDManager;
import io.harmonica.cache.CacheHook;
import io.harmonica.diffusion.DenoisingLoop;
import io.harmonica.diffusion.RandomStream;
import io.harmonica.diffusion.SampleBatch;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.diffusion.Trajectory;
import io.harmonica.files.LibraryVersion;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * The one batch that a calibration runs, drawn from its seed alone.
 *
 * @param setup the run
 * @param samples how many
 * @param seed of noise and conditioning
 */
record CalibrationRun(SamplingSetup setup, int samples, long seed) {

  CalibrationRun {
    if (samples < 1) {
      throw new IllegalArgumentException(
          "a calibration has " + samples + " samples, expected at least 1");
    }
  }

  /** Measures at each step. */
  @FunctionalInterface
  interface Hooks {
    /** Returns the hook for the forward pass of a step; the owner is freed with the step. */
    CacheHook step(int step, NDManager owner);
  }

  /** Runs all steps; everything made under the manager is freed. */
  void run(NDManager manager, Hooks hooks) {
    Random random = RandomStream.CALIBRATION.random(seed, 0);
    try (NDManager scope = manager.newSubManager()) {
      SampleBatch batch = SampleBatch.draw(setup, scope, random, samples);
      Trajectory trajectory =
          batch.sampler().start(scope, batch.noise(), setup.denoiser().prediction());
      for (int step = 0; step < setup.steps(); step++) {
        int now = step;
        DenoisingLoop.step(
            scope,
            trajectory,
            (owner, x, time) -> batch.model().predict(x, time, hooks.step(now, owner)));
      }
    }
  }

  /** How it was measured, for provenance. */
  Map<String, String> settings() {
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
