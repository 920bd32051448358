package io.harmonica.cli.quickstart;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.compare.ImageComparison;
import io.harmonica.cli.compare.LabelledClassifier;
import io.harmonica.cli.fashion.BundledClassifier;
import io.harmonica.cli.fashion.FashionMnist;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.eval.Agreement;
import io.harmonica.eval.BenchmarkSettings;
import io.harmonica.eval.Candidate;
import io.harmonica.eval.CandidateResult;
import io.harmonica.eval.ImageScores;
import io.harmonica.pipeline.DiffusionPipeline;
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
record Comparison(CandidateResult full, CandidateResult cached, int perClass) {
  /** How many images of each class are shown. */
  static final int SHOWN_PER_CLASS = 8;

  private static final int BATCH = 20;

  /** Samples both sides and scores their images. */
  static Comparison run(
      NDManager manager,
      DiffusionPipeline pipeline,
      SamplingSetup setup,
      BundledClassifier classifier,
      Candidate candidate,
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
        new BenchmarkSettings(candidate.steps(), labels.length, BATCH, settings.seed() + 1);
    List<CandidateResult> results =
        new ImageComparison(
                pipeline, setup, Optional.of(new LabelledClassifier(classifier, labels)))
            .run(
                manager,
                benchmark,
                List.of(candidate),
                pipeline.model().labels(labels),
                i -> i % perClass < SHOWN_PER_CLASS,
                progress);
    return new Comparison(results.get(0), results.get(1), perClass);
  }

  int images() {
    return perClass * FashionMnist.CLASSES.size();
  }

  double speedup() {
    return cached.measuredSpeedup().value();
  }

  double psnr() {
    return scores(cached).psnr().value();
  }

  static Agreement agreement(CandidateResult side) {
    return scores(side).agreement().orElseThrow();
  }

  static double frechet(CandidateResult side) {
    return scores(side).frechet().orElseThrow().value();
  }

  /** The images to be shown, class by class. */
  static float[][] shown(CandidateResult side) {
    return scores(side).shown();
  }

  private static ImageScores scores(CandidateResult side) {
    return side.images().orElseThrow();
  }
}
