package io.harmonica.cli.compare;

import io.harmonica.cli.classifier.ImageClassifier;
import io.harmonica.eval.BenchmarkListener;
import io.harmonica.pipeline.ImageDecoder;
import java.util.List;
import java.util.Optional;

/** Scores the images of all candidates while a benchmark makes a batch of them. */
final class ImageScoring implements BenchmarkListener {
  private final ImageDecoder decoder;
  private final Optional<ImageClassifier> classifier;
  private final ComparisonSpec spec;
  private final ImageBatch[] found;
  private ImageDecoder.Pixels reference;

  ImageScoring(ImageComparison comparison, ComparisonSpec spec) {
    this.decoder = comparison.pipeline().decoder();
    this.classifier = comparison.classifier().map(labelled -> labelled.classifier().classifier());
    this.spec = spec;
    this.found = new ImageBatch[1 + spec.entries().size()];
  }

  @Override
  public void afterSamples(int candidate, int first, float[][] samples, float[][] full) {
    if (decoder.makesPictures()) {
      ImageDecoder.Pixels images = decoder.decode(samples);
      if (candidate == 0) {
        reference = images;
      }
      boolean[] shown = new boolean[samples.length];
      for (int i = 0; i < shown.length; i++) {
        shown[i] = spec.shown().contains(first + i);
      }
      found[candidate] = ImageBatch.of(images, reference, classifier, shown);
    }
  }

  /** What the batch's images look like, unless samples are latents of no picture. */
  List<ImageBatch> found() {
    return decoder.makesPictures() ? List.of(found) : List.of();
  }
}
