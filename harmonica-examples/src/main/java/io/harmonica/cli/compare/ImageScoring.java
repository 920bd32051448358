package io.harmonica.cli.compare;

import io.harmonica.eval.BenchmarkListener;
import io.harmonica.eval.CandidateResult;
import io.harmonica.pipeline.ImageDecoder;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

/** Scores the images of all candidates while a benchmark makes them. */
final class ImageScoring implements BenchmarkListener {
  private final ImageDecoder decoder;
  private final IntPredicate toShow;
  private final IntConsumer progress;
  private final List<ImageTally> tallies;
  private ImageDecoder.Pixels reference;

  ImageScoring(
      int candidates,
      ImageDecoder decoder,
      Optional<LabelledClassifier> classifier,
      IntPredicate toShow,
      IntConsumer progress) {
    this.decoder = decoder;
    this.toShow = toShow;
    this.progress = progress;
    this.tallies = Stream.generate(() -> new ImageTally(classifier)).limit(candidates).toList();
  }

  @Override
  public void afterSamples(int candidate, int first, float[][] samples, float[][] full) {
    if (decoder.makesPictures()) {
      ImageDecoder.Pixels images = decoder.decode(samples);
      if (candidate == 0) {
        reference = images;
      }
      tallies.get(candidate).add(first, images, reference, toShow);
    }
  }

  @Override
  public void afterBatch(int samples) {
    progress.accept(samples);
  }

  /** A candidate's result with its images' scores, unless samples are latents of no picture. */
  CandidateResult scored(int candidate, CandidateResult result, long seed) {
    return decoder.makesPictures()
        ? result.withImages(tallies.get(candidate).scores(seed))
        : result;
  }
}
