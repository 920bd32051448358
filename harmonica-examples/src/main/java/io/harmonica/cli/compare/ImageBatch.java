package io.harmonica.cli.compare;

import io.harmonica.cli.classifier.ImageClassifier;
import io.harmonica.eval.ImageError;
import io.harmonica.pipeline.ImageDecoder;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What one batch of a candidate's images looks like. It travels where batches are spread; of the
 * images themselves only those to be shown do.
 *
 * @param shape of an image, [C, H, W]
 * @param errors mean squared difference of each image from that of the run without a cache
 * @param similarities structural similarity to it; empty where no window fits
 * @param features a row of the classifier's features for each image; empty without a classifier
 * @param classes the class that it sees in each; empty without a classifier
 * @param shown the images to be shown
 */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier, read at once
record ImageBatch(
    long[] shape,
    double[] errors,
    double[] similarities,
    float[][] features,
    int[] classes,
    float[][] shown)
    implements Serializable {

  /**
   * Looks at images.
   *
   * @param images the images
   * @param reference those of the run without a cache
   * @param classifier judges them, if there is one
   * @param toShow which of them to keep
   */
  static ImageBatch of(
      ImageDecoder.Pixels images,
      ImageDecoder.Pixels reference,
      Optional<ImageClassifier> classifier,
      boolean[] toShow) {
    int channels = (int) images.shape().get(0);
    int height = (int) images.shape().get(1);
    int width = (int) images.shape().get(2);
    float[][] values = images.values();
    float[][] others = reference.values();
    boolean windowFits = Math.min(height, width) >= ImageError.SSIM_WINDOW;
    List<float[]> shown = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      if (toShow[i]) {
        shown.add(values[i]);
      }
    }
    Optional<ImageClassifier.Judgement> judged = classifier.map(each -> each.judge(values));
    return new ImageBatch(
        images.shape().getShape(),
        IntStream.range(0, values.length)
            .mapToDouble(i -> ImageError.mse(values[i], others[i]))
            .toArray(),
        IntStream.range(0, windowFits ? values.length : 0)
            .mapToDouble(i -> ImageError.ssim(values[i], others[i], channels, height, width))
            .toArray(),
        judged.map(ImageClassifier.Judgement::features).orElseGet(() -> new float[0][]),
        judged.map(ImageClassifier.Judgement::classes).orElseGet(() -> new int[0]),
        shown.toArray(float[][]::new));
  }
}
