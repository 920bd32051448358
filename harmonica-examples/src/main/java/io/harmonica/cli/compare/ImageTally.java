package io.harmonica.cli.compare;

import ai.djl.ndarray.types.Shape;
import io.harmonica.eval.Agreement;
import io.harmonica.eval.Estimate;
import io.harmonica.eval.FrechetDistance;
import io.harmonica.eval.ImageError;
import io.harmonica.eval.ImageScores;
import io.harmonica.eval.Interval;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Gathers what one candidate's images look like.
 *
 * @param batches in their order
 */
record ImageTally(List<ImageBatch> batches) {
  private static final double RANGE = 2;
  private static final int FRECHET_RESAMPLES = 200;

  ImageScores scores(Optional<LabelledClassifier> classifier, long seed) {
    double[] similarities = numbers(ImageBatch::similarities);
    return new ImageScores(
        psnr(Estimate.ofMean(numbers(ImageBatch::errors), seed)),
        similarities.length == 0
            ? Optional.empty()
            : Optional.of(Estimate.ofMean(similarities, seed)),
        classifier.map(at -> Agreement.of(classes(), at.labels(), seed)),
        classifier.map(
            at ->
                FrechetDistance.estimate(
                    rows(ImageBatch::features), at.classifier().real(), FRECHET_RESAMPLES, seed)),
        new Shape(batches.get(0).shape()),
        rows(ImageBatch::shown));
  }

  /** The ratio falls as the error grows, so the ends of the interval change places. */
  private static Estimate psnr(Estimate error) {
    return new Estimate(
        ImageError.psnr(error.value(), RANGE),
        new Interval(
            ImageError.psnr(error.interval().high(), RANGE),
            ImageError.psnr(error.interval().low(), RANGE)));
  }

  private double[] numbers(Function<ImageBatch, double[]> of) {
    return batches.stream().flatMapToDouble(batch -> Arrays.stream(of.apply(batch))).toArray();
  }

  private int[] classes() {
    return batches.stream().flatMapToInt(batch -> Arrays.stream(batch.classes())).toArray();
  }

  private float[][] rows(Function<ImageBatch, float[][]> of) {
    return batches.stream().flatMap(batch -> Stream.of(of.apply(batch))).toArray(float[][]::new);
  }
}
