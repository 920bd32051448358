package io.harmonica.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.tensor.Matrices;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.RandomStream;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.diffusion.TimedBatch;
import io.harmonica.plan.CachePlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Carries out a request, batch after batch.
 *
 * @param pipeline model, decoder and device
 * @param request the request
 * @param setup the run that it asks for
 * @param plan which branches to compute at each step
 */
record SamplingRun(
    DiffusionPipeline pipeline, ImageRequest request, SamplingSetup setup, CachePlan plan) {

  Images sample(ImageSubjects subjects) throws IOException {
    int count = subjects.count();
    requireNoise(count);
    int size = batchSize();
    List<float[]> samples = new ArrayList<>();
    double seconds = 0;
    long peak = 0;
    for (int first = 0; first < count; first += size) {
      int last = Math.min(count, first + size);
      TimedBatch batch = sample(subjects.range(first, last), first, last);
      samples.addAll(List.of(Matrices.rows(batch.samples(), width())));
      seconds += batch.seconds();
      peak = Math.max(peak, batch.peakCacheBytes());
      request.listener().afterBatch(last, seconds);
    }
    float[][] latents = samples.toArray(float[][]::new);
    ImageDecoder decoder = pipeline.decoder();
    Optional<ImageDecoder.Pixels> pixels =
        request.decoded() && decoder.makesPictures() && count > 0
            ? Optional.of(decoder.decode(latents))
            : Optional.empty();
    Images.Sampled run = new Images.Sampled(setup.sample(), latents, plan, seconds, peak);
    return new Images(subjects, run, pixels);
  }

  private int width() {
    return Math.toIntExact(setup.sample().size());
  }

  private int batchSize() throws IOException {
    return request.batch().isPresent()
        ? request.batch().getAsInt()
        : BatchSize.fitting(
            pipeline.manager().getDevice(), setup, plan, pipeline.model().featureSize());
  }

  private void requireNoise(int count) {
    if (count == 0) {
      throw new IllegalArgumentException("no image is asked for; expected at least one");
    }
    if (request.noise().isEmpty()) {
      return;
    }
    float[][] rows = request.noise().get();
    if (rows.length != count || Arrays.stream(rows).anyMatch(row -> row.length != width())) {
      throw new IllegalArgumentException(
          "the noise has %d rows, of %d values in the first; expected %d rows of %d values %s"
              .formatted(
                  rows.length,
                  rows.length == 0 ? 0 : rows[0].length,
                  count,
                  width(),
                  shape(count)));
    }
  }

  private Shape shape(int count) {
    return setup.batch(count);
  }

  private TimedBatch sample(ImageSubjects subjects, int first, int last) {
    int number = request.firstSample() + first;
    float[][] start =
        request
            .noise()
            .map(rows -> Arrays.copyOfRange(rows, first, last))
            .orElseGet(() -> Noise.ofSamples(request.seed(), number, last - first, width()));
    try (NDManager scope = pipeline.manager().newSubManager();
        GuidedDenoiser guided =
            new GuidedDenoiser(
                scope, setup.denoiser(), subjects.conditioning(scope), setup.guidance())) {
      NDArray noise = scope.create(Matrices.flat(start), shape(last - first));
      // A stochastic sampler's noise is another one in each batch.
      long seed = RandomStream.batchSeed(request.seed(), number);
      return TimedBatch.run(
          scope, guided, setup.sampler(seed), plan, noise, request.listener()::afterStep);
    }
  }
}
