package io.harmonica.examples.quickstart;

import ai.djl.ndarray.NDManager;
import io.harmonica.eval.Agreement;
import io.harmonica.eval.FeatureStatistics;
import io.harmonica.eval.FrechetDistance;
import io.harmonica.eval.ImageError;
import io.harmonica.eval.Statistics;
import io.harmonica.examples.fashion.FashionClassifier;
import io.harmonica.examples.fashion.FashionMnist;
import io.harmonica.examples.sampling.BatchSampler;
import io.harmonica.examples.sampling.ImageRequests;
import io.harmonica.examples.sampling.NoiseSource;
import io.harmonica.plan.CachePlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntConsumer;

/**
 * Samples the same noise in full and with a plan, batch by batch in turn, so that both sides of the
 * measured speed-up meet the same machine, and judges both sets of images.
 */
final class Comparison {
  private static final int BATCH = 20;
  private static final double RANGE = 2;

  private final BatchSampler sampler;
  private final Function<int[], ImageRequests> requests;
  private final FashionClassifier classifier;
  private final FeatureStatistics real;

  Comparison(
      BatchSampler sampler,
      Function<int[], ImageRequests> requests,
      FashionClassifier classifier,
      FeatureStatistics real) {
    this.sampler = sampler;
    this.requests = requests;
    this.classifier = classifier;
    this.real = real;
  }

  /** One set of images and what the yardstick says of it. */
  @SuppressWarnings("ArrayRecordComponent") // a bare carrier, read at once
  record Side(
      float[][] images, Agreement agreement, double frechet, double medianSeconds, double spread) {}

  /** Both sets, in the order of the labels. */
  @SuppressWarnings("ArrayRecordComponent") // a bare carrier, read at once
  record Result(
      int[] labels, Side full, Side cached, double psnr, double meanSquaredError, long cacheBytes) {
    /** Median time without a cache over median time with it. */
    double speedup() {
      return full.medianSeconds() / cached.medianSeconds();
    }
  }

  /**
   * Compares.
   *
   * @param manager its device computes
   * @param plan the plan to compare with full computation
   * @param perClass images of each class
   * @param seed the noise's seed
   * @param progress told how many images are done
   */
  Result run(NDManager manager, CachePlan plan, int perClass, long seed, IntConsumer progress)
      throws IOException {
    int classes = FashionMnist.CLASSES.size();
    int[] labels = new int[perClass * classes];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i / perClass;
    }
    ImageRequests asked = requests.apply(labels);
    float[][] noise = NoiseSource.seeded(seed).draw(labels.length, sampler.model().sampleShape());
    CachePlan full = CachePlan.ofSteps(plan.steps(), plan.branches(), step -> true);
    // Neither side pays for the engine's warm-up.
    for (CachePlan warm : List.of(full, plan, full, plan)) {
      part(manager, warm, asked, noise, 0);
    }
    List<BatchSampler.Samples> fulls = new ArrayList<>();
    List<BatchSampler.Samples> cacheds = new ArrayList<>();
    for (int first = 0; first < labels.length; first += BATCH) {
      fulls.add(part(manager, full, asked, noise, first));
      cacheds.add(part(manager, plan, asked, noise, first));
      progress.accept(Math.min(labels.length, first + BATCH));
    }
    Side fullSide = judge(fulls, labels, seed);
    Side cachedSide = judge(cacheds, labels, seed);
    double error = 0;
    for (int i = 0; i < labels.length; i++) {
      error += ImageError.mse(fullSide.images()[i], cachedSide.images()[i]) / labels.length;
    }
    long bytes = cacheds.stream().mapToLong(BatchSampler.Samples::peakCacheBytes).max().orElse(0);
    return new Result(labels, fullSide, cachedSide, ImageError.psnr(error, RANGE), error, bytes);
  }

  private BatchSampler.Samples part(
      NDManager manager, CachePlan plan, ImageRequests asked, float[][] noise, int first) {
    int last = Math.min(noise.length, first + BATCH);
    return sampler.sample(
        manager, plan, asked.range(first, last), Arrays.copyOfRange(noise, first, last));
  }

  private Side judge(List<BatchSampler.Samples> batches, int[] labels, long seed) {
    float[][] images =
        batches.stream().flatMap(batch -> Arrays.stream(batch.values())).toArray(float[][]::new);
    double[] seconds = batches.stream().mapToDouble(BatchSampler.Samples::seconds).toArray();
    FashionClassifier.Judgement judgement = classifier.judge(images);
    return new Side(
        images,
        Agreement.of(judgement.classes(), labels, seed),
        FrechetDistance.between(FeatureStatistics.of(judgement.features()), real),
        Statistics.median(seconds),
        Statistics.spread(seconds));
  }
}
