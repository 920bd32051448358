package io.harmonica.cli.compare;

import io.harmonica.cli.sampling.ImageDecoder;
import io.harmonica.eval.BenchmarkListener;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

/** Looks at the images of all candidates while a benchmark makes them. */
final class ImageJudge implements BenchmarkListener {
  private final ImageDecoder decoder;
  private final IntPredicate toShow;
  private final IntConsumer progress;
  private final List<ImageTally> tallies;
  private ImageDecoder.Images reference;

  ImageJudge(
      int candidates,
      ImageDecoder decoder,
      Optional<Yardstick> yardstick,
      IntPredicate toShow,
      IntConsumer progress) {
    this.decoder = decoder;
    this.toShow = toShow;
    this.progress = progress;
    this.tallies = Stream.generate(() -> new ImageTally(yardstick)).limit(candidates).toList();
  }

  @Override
  public void afterSamples(int candidate, int first, float[][] samples, float[][] full) {
    if (decoder.makesPictures()) {
      ImageDecoder.Images images = decoder.decode(samples);
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

  /** One verdict; none where the samples are latents that nothing decodes. */
  Optional<ImageVerdict> verdict(int candidate, long seed) {
    return decoder.makesPictures()
        ? Optional.of(tallies.get(candidate).verdict(seed))
        : Optional.empty();
  }
}
