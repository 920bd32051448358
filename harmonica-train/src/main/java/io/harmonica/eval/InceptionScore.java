package io.harmonica.eval;

import java.util.Arrays;

/**
 * The Inception Score of Salimans et al., <i>Improved Techniques for Training GANs</i> (2016): how
 * sure a classifier is of each image, and how many classes it sees. With p(y|x) the softmax of an
 * image's class scores and p(y) its mean over the images,
 *
 * <pre>  exp( mean over x of KL( p(y|x) || p(y) ) )</pre>
 *
 * <p>It is computed for each of ten equal parts of the images as they follow each other, and the
 * mean of these is the score. With 50,000 images those are the parts of 5,000 that the ADM
 * evaluator takes. The scores are those without the last layer's bias, as there.
 */
public final class InceptionScore {
  /** The number of parts. */
  public static final int SPLITS = 10;

  private static final int ROWS_AT_ONCE = 1024;

  private InceptionScore() {}

  /**
   * The score of ten parts.
   *
   * @param logits the class scores of each image, n at least 10
   * @return the mean over the parts, 1 to the number of classes, with its 95% interval
   * @throws IllegalArgumentException if there are fewer than ten images
   */
  public static Estimate of(FeatureRows logits) {
    int count = logits.count();
    if (count < SPLITS) {
      throw new IllegalArgumentException(
          "%d images are too few for %d parts".formatted(count, SPLITS));
    }
    double[] scores = new double[SPLITS];
    Arrays.setAll(
        scores,
        split ->
            ofPart(
                logits,
                (int) ((long) split * count / SPLITS),
                (int) ((long) (split + 1) * count / SPLITS)));
    double sum = Arrays.stream(scores).sum();
    return Jackknife.of(sum / SPLITS, SPLITS, left -> (sum - scores[left]) / (SPLITS - 1))
        .within(1, Double.POSITIVE_INFINITY);
  }

  /**
   * The score of some images taken as one part.
   *
   * @param logits the class scores of each image
   * @param first the first image
   * @param last the image behind the last
   * @return the score, 1 to the number of classes
   */
  static double ofPart(FeatureRows logits, int first, int last) {
    double[] mean = new double[logits.dimension()];
    double negativeEntropy = 0;
    for (int from = first; from < last; from += ROWS_AT_ONCE) {
      for (float[] row : logits.rows(from, Math.min(last, from + ROWS_AT_ONCE))) {
        negativeEntropy += addProbabilities(row, mean);
      }
    }
    int count = last - first;
    double ofMean = 0;
    for (double sum : mean) {
      double p = sum / count;
      ofMean += p == 0 ? 0 : p * Math.log(p);
    }
    return Math.exp(negativeEntropy / count - ofMean);
  }

  /** Adds the softmax of the scores to a sum and returns the sum of p log p. */
  private static double addProbabilities(float[] scores, double... sums) {
    double largest = Double.NEGATIVE_INFINITY;
    for (float score : scores) {
      largest = Math.max(largest, score);
    }
    double total = 0;
    for (float score : scores) {
      total += Math.exp(score - largest);
    }
    double logTotal = Math.log(total);
    double sum = 0;
    for (int c = 0; c < scores.length; c++) {
      double logP = scores[c] - largest - logTotal;
      double p = Math.exp(logP);
      sums[c] += p;
      sum += p * logP;
    }
    return sum;
  }
}
