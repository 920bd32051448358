package io.harmonica.cli.compare;

import ai.djl.ndarray.types.Shape;
import io.harmonica.cli.classifier.ImageClassifier;
import io.harmonica.eval.Agreement;
import io.harmonica.eval.Estimate;
import io.harmonica.eval.FrechetDistance;
import io.harmonica.eval.ImageError;
import io.harmonica.eval.ImageScores;
import io.harmonica.eval.Interval;
import io.harmonica.pipeline.ImageDecoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/** Gathers what one candidate's images look like, batch by batch; keeps only those to be shown. */
final class ImageTally {
  private static final double RANGE = 2;
  private static final int FRECHET_RESAMPLES = 200;

  private final Optional<LabelledClassifier> classifier;
  private final List<Double> errors = new ArrayList<>();
  private final List<Double> similarities = new ArrayList<>();
  private final List<float[]> features = new ArrayList<>();
  private final List<Integer> classes = new ArrayList<>();
  private final List<float[]> shown = new ArrayList<>();
  private Shape shape;

  ImageTally(Optional<LabelledClassifier> classifier) {
    this.classifier = classifier;
  }

  void add(
      int first, ImageDecoder.Pixels images, ImageDecoder.Pixels reference, IntPredicate toShow) {
    shape = images.shape();
    int channels = (int) shape.get(0);
    int height = (int) shape.get(1);
    int width = (int) shape.get(2);
    boolean windowFits = Math.min(height, width) >= ImageError.SSIM_WINDOW;
    for (int i = 0; i < images.values().length; i++) {
      float[] image = images.values()[i];
      float[] other = reference.values()[i];
      errors.add(ImageError.mse(image, other));
      if (windowFits) {
        similarities.add(ImageError.ssim(image, other, channels, height, width));
      }
      if (toShow.test(first + i)) {
        shown.add(image);
      }
    }
    classifier.ifPresent(
        at -> {
          ImageClassifier.Judgement judgement = at.classifier().classifier().judge(images.values());
          features.addAll(Arrays.asList(judgement.features()));
          Arrays.stream(judgement.classes()).forEach(classes::add);
        });
  }

  ImageScores scores(long seed) {
    Estimate error = Estimate.ofMean(doubles(errors), seed);
    return new ImageScores(
        psnr(error),
        similarities.isEmpty()
            ? Optional.empty()
            : Optional.of(Estimate.ofMean(doubles(similarities), seed)),
        classifier.map(at -> Agreement.of(ints(classes), at.labels(), seed)),
        classifier.map(
            at ->
                FrechetDistance.estimate(
                    features.toArray(float[][]::new),
                    at.classifier().real(),
                    FRECHET_RESAMPLES,
                    seed)),
        shape,
        shown.toArray(float[][]::new));
  }

  /** The ratio falls as the error grows, so the ends of the interval change places. */
  private static Estimate psnr(Estimate error) {
    return new Estimate(
        ImageError.psnr(error.value(), RANGE),
        new Interval(
            ImageError.psnr(error.interval().high(), RANGE),
            ImageError.psnr(error.interval().low(), RANGE)));
  }

  private static double[] doubles(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }
}
