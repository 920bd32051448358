package io.harmonica.cli.quickstart;

import io.harmonica.cli.compare.ImageComparison;
import io.harmonica.cli.compare.LabelledClassifier;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.eval.Agreement;
import io.harmonica.eval.BenchmarkSettings;
import io.harmonica.eval.Candidate;
import io.harmonica.eval.CandidateResult;
import io.harmonica.eval.ImageScores;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Full computation and its rivals, side by side on the same noise. Images are in the order of their
 * classes.
 *
 * @param full what came out without a cache
 * @param others what came out of each candidate, the default recipe's router first
 * @param perClass images of each class
 * @param images images of each side
 */
record Comparison(CandidateResult full, List<CandidateResult> others, int perClass, int images) {
  /** The most images of a class that are shown. */
  private static final int SHOWN_PER_CLASS = 8;

  private static final int BATCH = 20;

  /** Samples all sides and scores their images. */
  static Comparison run(
      Showcase showcase,
      List<Candidate> candidates,
      Quickstart.Settings settings,
      IntConsumer progress)
      throws IOException {
    int perClass = settings.perClass();
    int[] labels = showcase.labels(perClass);
    SamplingSetup setup = showcase.setup();
    // Not the noise that the routers were trained on.
    BenchmarkSettings benchmark =
        new BenchmarkSettings(setup.steps(), labels.length, BATCH, settings.seed() + 1);
    ImageComparison comparison =
        new ImageComparison(
            showcase.pipeline(),
            setup,
            showcase.subjects(perClass),
            Optional.of(new LabelledClassifier(showcase.classifier(), labels)));
    IntStream shown = IntStream.range(0, labels.length).filter(i -> i % perClass < SHOWN_PER_CLASS);
    List<CandidateResult> results =
        comparison.run(comparison.here(), benchmark, candidates, shown, progress);
    return new Comparison(
        results.get(0), results.subList(1, results.size()), perClass, labels.length);
  }

  /** The default recipe's router. */
  CandidateResult cached() {
    return others.get(0);
  }

  /** How many images of each class are shown. */
  int shownPerClass() {
    return Math.min(SHOWN_PER_CLASS, perClass);
  }

  double speedup() {
    return cached().measuredSpeedup().value();
  }

  static double psnr(CandidateResult side) {
    return scores(side).psnr().value();
  }

  static Agreement agreement(CandidateResult side) {
    return scores(side).agreement().orElseThrow();
  }

  static double frechet(CandidateResult side) {
    return scores(side).frechet().orElseThrow().value();
  }

  /** The images to be shown of every side, class by class. */
  Map<String, float[][]> shown() {
    Map<String, float[][]> shown = new LinkedHashMap<>();
    shown.put("full", scores(full).shown());
    others.forEach(side -> shown.put(side.name(), scores(side).shown()));
    return shown;
  }

  private static ImageScores scores(CandidateResult side) {
    return side.images().orElseThrow();
  }
}
