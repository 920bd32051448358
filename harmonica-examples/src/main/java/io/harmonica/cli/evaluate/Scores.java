package io.harmonica.cli.evaluate;

import io.harmonica.eval.Estimate;
import io.harmonica.eval.FeatureRows;
import io.harmonica.eval.FrechetDistance;
import io.harmonica.eval.InceptionScore;
import io.harmonica.eval.KernelDistance;
import io.harmonica.eval.PrecisionRecall;
import io.harmonica.inception.InceptionV3;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a set of images is worth, with 95% intervals for the choice of its images.
 *
 * @param fid the Fréchet distance of the pooled features
 * @param sfid the Fréchet distance of the spatial features
 * @param inceptionScore the Inception Score, which takes no reference
 * @param shares precision and recall; empty for a reference without images
 * @param kid the kernel distance; empty for a reference without images
 * @param clip the CLIP score; empty where nobody says what the images show
 * @param warnings what a reader of the numbers has to know
 */
public record Scores(
    Estimate fid,
    Estimate sfid,
    Estimate inceptionScore,
    Optional<PrecisionRecall.Estimates> shares,
    Optional<Estimate> kid,
    Optional<Estimate> clip,
    List<String> warnings) {
  private static final int FEWEST = 10;

  /**
   * Copies the warnings.
   *
   * @param fid the Fréchet distance of the pooled features
   * @param sfid the Fréchet distance of the spatial features
   * @param inceptionScore the Inception Score
   * @param shares precision and recall
   * @param kid the kernel distance
   * @param clip the CLIP score
   * @param warnings what a reader of the numbers has to know
   */
  public Scores {
    warnings = List.copyOf(warnings);
  }

  /**
   * {@return the scores by their names in JSON, in the order of reports; empty where a reference
   * without images has none; the CLIP score only if there is one}
   */
  public Map<String, Optional<Estimate>> byName() {
    Map<String, Optional<Estimate>> all = new LinkedHashMap<>();
    all.put("fid", Optional.of(fid));
    all.put("sfid", Optional.of(sfid));
    all.put("inceptionScore", Optional.of(inceptionScore));
    all.put("precision", shares.map(PrecisionRecall.Estimates::precision));
    all.put("recall", shares.map(PrecisionRecall.Estimates::recall));
    all.put("kid", kid);
    if (clip.isPresent()) {
      all.put("clipScore", clip);
    }
    return all;
  }

  /**
   * Adds a score of images by their prompts.
   *
   * @param score the CLIP score
   * @return all scores
   */
  public Scores withClip(Estimate score) {
    return new Scores(fid, sfid, inceptionScore, shares, kid, Optional.of(score), warnings);
  }

  static void requireEnough(PixelSource source) {
    requireEnough(source.path().toString(), source.count());
  }

  /**
   * Refuses sets that are too small for any of the metrics.
   *
   * @param name what the set is called
   * @param count how many images it has
   * @throws IllegalArgumentException if there are fewer than ten
   */
  public static void requireEnough(String name, int count) {
    if (count < FEWEST) {
      throw new IllegalArgumentException(
          "%s: %d images are too few to be judged, expected at least %d"
              .formatted(name, count, FEWEST));
    }
  }

  /**
   * Computes all metrics.
   *
   * @param side what is said of the samples
   * @param samples the samples' features
   * @param reference what they are compared with
   * @return the scores
   */
  public static Scores of(ImageSide side, FeatureSet samples, Reference reference) {
    FeatureRows pooled = FeatureSet.rows(samples.pooled());
    Optional<FeatureRows> real =
        reference.features().map(features -> FeatureSet.rows(features.pooled()));
    return new Scores(
        FrechetDistance.estimate(pooled, reference.pooled()),
        FrechetDistance.estimate(FeatureSet.rows(samples.spatial()), reference.spatial()),
        InceptionScore.of(FeatureSet.rows(samples.logits())),
        real.map(
            rows -> PrecisionRecall.estimate(rows, pooled, PrecisionRecall.DEFAULT_NEIGHBOURS)),
        real.map(rows -> KernelDistance.between(pooled, rows)),
        Optional.empty(),
        warnings(side, reference));
  }

  private static List<String> warnings(ImageSide samples, Reference reference) {
    List<String> warnings = new ArrayList<>();
    ImageSide side = reference.side();
    warnOfFew(warnings, "samples", samples.count());
    if (!side.statistics()) {
      warnOfFew(warnings, "reference images", side.count());
    }
    if (side.count() == 0) {
      warnings.add(
          "the reference holds statistics but no images: precision, recall and KID are left out");
    } else if (side.height() != samples.height() || side.width() != samples.width()) {
      warnings.add(
          "the samples are %d x %d, the reference %d x %d"
              .formatted(samples.height(), samples.width(), side.height(), side.width()));
    }
    return warnings;
  }

  private static void warnOfFew(List<String> warnings, String what, int count) {
    if (count <= InceptionV3.POOLED) {
      warnings.add(
          "%d %s are no more than the %d features: FID and sFID are the exact distances of singular covariances, and far too large; compare them only with those of as many images"
              .formatted(count, what, InceptionV3.POOLED));
    }
  }
}
