package io.harmonica.cli.quickstart;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.compare.Entrant;
import io.harmonica.cli.compare.ImageComparison;
import io.harmonica.cli.compare.ImageVerdict;
import io.harmonica.cli.compare.Standing;
import io.harmonica.cli.compare.Yardstick;
import io.harmonica.cli.fashion.BundledClassifier;
import io.harmonica.cli.fashion.FashionMnist;
import io.harmonica.cli.sampling.ImageDecoder;
import io.harmonica.cli.sampling.RunnableDit;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.eval.Agreement;
import io.harmonica.eval.BenchmarkSettings;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * Full computation and the router, side by side on the same noise. Images are in the order of their
 * classes.
 *
 * @param full what came out without a cache
 * @param cached what came out with the router
 * @param perClass images of each class
 */
record Comparison(Standing full, Standing cached, int perClass) {
  /** How many images of each class are shown. */
  static final int SHOWN_PER_CLASS = 8;

  private static final int BATCH = 20;

  /** Samples both sides and judges them. */
  static Comparison run(
      NDManager manager,
      RunnableDit dit,
      SamplingSetup setup,
      BundledClassifier classifier,
      Entrant entrant,
      Quickstart.Settings settings,
      IntConsumer progress)
      throws IOException {
    int perClass = settings.perClass();
    int[] labels = new int[perClass * FashionMnist.CLASSES.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i / perClass;
    }
    // Not the noise that the router was trained on.
    BenchmarkSettings benchmark =
        new BenchmarkSettings(
            entrant.candidate().steps(), labels.length, BATCH, settings.seed() + 1);
    try (ImageDecoder decoder = ImageDecoder.open(manager, dit, Optional.empty())) {
      List<Standing> standings =
          new ImageComparison(dit, setup, decoder, Optional.of(new Yardstick(classifier, labels)))
              .run(
                  manager,
                  benchmark,
                  List.of(entrant),
                  dit.requests(labels),
                  i -> i % perClass < SHOWN_PER_CLASS,
                  progress);
      return new Comparison(standings.get(0), standings.get(1), perClass);
    }
  }

  int images() {
    return perClass * FashionMnist.CLASSES.size();
  }

  double speedup() {
    return cached.result().measuredSpeedup().value();
  }

  double psnr() {
    return verdict(cached).psnr().value();
  }

  static Agreement agreement(Standing side) {
    return verdict(side).agreement().orElseThrow();
  }

  static double frechet(Standing side) {
    return verdict(side).frechet().orElseThrow().value();
  }

  /** The images to be shown, class by class. */
  static float[][] shown(Standing side) {
    return verdict(side).shown().values();
  }

  private static ImageVerdict verdict(Standing side) {
    return side.images().orElseThrow();
  }
}
