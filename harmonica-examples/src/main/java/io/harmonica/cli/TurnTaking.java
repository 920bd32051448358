package io.harmonica.cli;

import io.harmonica.eval.Statistics;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.ImageRequest;
import io.harmonica.pipeline.Images;
import java.io.IOException;
import java.util.Locale;

/** How much faster one way of sampling is than another, on the same machine at the same time. */
final class TurnTaking {
  private static final int TURNS = 3;

  private TurnTaking() {}

  /**
   * Times both requests in turn. Each has to have run before: the engine's just-in-time compiler
   * works in the first runs.
   *
   * @return a phrase with the ratio and how it was measured
   */
  static String measure(DiffusionPipeline pipeline, ImageRequest full, ImageRequest cached)
      throws IOException {
    double[] ratios = new double[TURNS];
    int samples = 0;
    for (int turn = 0; turn < TURNS; turn++) {
      Images slow = pipeline.sample(full.latentsOnly());
      Images fast = pipeline.sample(cached.latentsOnly());
      ratios[turn] = slow.seconds() / fast.seconds();
      samples = fast.count();
    }
    return String.format(
        Locale.ROOT,
        "%.2fx as fast (median of %d turns of %d samples, after a warm-up)",
        Statistics.median(ratios),
        TURNS,
        samples);
  }
}
