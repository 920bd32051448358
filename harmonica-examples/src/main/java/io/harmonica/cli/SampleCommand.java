package io.harmonica.cli;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.Matrices;
import io.harmonica.cli.sampling.BatchSampler;
import io.harmonica.cli.sampling.ImageDecoder;
import io.harmonica.cli.sampling.ImageRequests;
import io.harmonica.cli.sampling.NoiseSource;
import io.harmonica.cli.sampling.RunnableModel;
import io.harmonica.diffusion.RandomStream;
import io.harmonica.diffusion.Sampler;
import io.harmonica.files.LibraryVersion;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanRequest;
import io.harmonica.policy.FullPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Samples images, with a router, a rule, or without caching. */
@Command(
    name = "sample",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Samples images of given classes or prompts.")
final class SampleCommand implements Callable<Integer> {
  @Mixin private ModelOptions modelOptions;
  @Mixin private RequestOptions requested;
  @Mixin private SamplingOptions sampling;
  @Mixin private PolicyOptions policy;

  @Option(
      names = "--against-full",
      description =
          "sample without caching too, and show both: times, error, and with --out a grid")
  private boolean againstFull;

  @Option(
      names = "--noise",
      paramLabel = "FILE[:KEY]",
      description = "x_T from a safetensors file, [n, C, H, W]; else drawn from the seed")
  private String noise;

  @Option(names = "--seed", defaultValue = "0", description = "the noise's seed (${DEFAULT-VALUE})")
  private long seed;

  @Mixin private BatchOption batch;
  @Mixin private SampleFiles files;
  @Mixin private DeviceOption device;

  @Override
  public Integer call() throws IOException {
    files.check();
    batch.check();
    long began = System.nanoTime();
    try (NDManager manager = device.open();
        RequestOptions.Asked asked = requested.open(manager, modelOptions);
        ImageDecoder decoder = files.decoder(manager, asked.model())) {
      RunnableModel model = asked.model();
      System.out.printf(
          "%s in %s, ready after %.1f s%n",
          model.name(), model.precision().text(), (System.nanoTime() - began) / 1e9);
      Sampler sampler = sampling.sampler(model, seed);
      CachePlan plan = policy.plan(sampling.setup(model));
      BatchSampler batches = new BatchSampler(model, sampler, sampling.guidance(model));
      BatchSampler.Samples run = sample(manager, batches, plan, asked.requests());
      if (files.latents().isPresent()) {
        writeLatents(files.latents().get(), batches, asked.requests(), run.values());
      }
      ImageDecoder.Images images = new ImageDecoder.Images(model.sampleShape(), run.values());
      if (files.wantsImages()) {
        images = decoder.decode(run.values());
        files.write(images, asked.requests());
      }
      if (againstFull) {
        compare(manager, batches, asked.requests(), run, decoder, images);
      }
    }
    return 0;
  }

  private BatchSampler.Samples sample(
      NDManager manager, BatchSampler run, CachePlan plan, ImageRequests requests)
      throws IOException {
    int count = requests.count();
    int size = batch.size(manager.getDevice(), run, plan);
    float[][] start = NoiseSource.of(noise, seed).draw(count, run.model().sampleShape());
    List<float[]> samples = new ArrayList<>();
    double seconds = 0;
    long peak = 0;
    try (Progress progress = new Progress("sampling", count)) {
      for (int first = 0; first < count; first += size) {
        int last = Math.min(count, first + size);
        BatchSampler.Samples part =
            run.with(sampling.sampler(run.model(), RandomStream.batchSeed(seed, first)))
                .sample(
                    manager,
                    plan,
                    requests.range(first, last),
                    Arrays.copyOfRange(start, first, last));
        samples.addAll(Arrays.asList(part.values()));
        seconds += part.seconds();
        peak = Math.max(peak, part.peakCacheBytes());
        progress.to(last, "%.2f images/s".formatted(last / seconds));
      }
    }
    System.out.printf(
        "%d samples in %.2f s; CUR %.1f%%, theoretical speed-up %.2fx, cache at most %.1f MiB%n",
        samples.size(),
        seconds,
        100 * plan.cacheUtilisation(),
        run.model().denoiser().cost().speedup(plan),
        peak / 1048576.0);
    return new BatchSampler.Samples(samples.toArray(new float[0][]), seconds, peak);
  }

  private void writeLatents(Path file, BatchSampler run, ImageRequests requests, float[][] samples)
      throws IOException {
    RunnableModel model = run.model();
    new SafetensorsWriter()
        .metadata("model", model.name())
        .metadata("model_sha256", model.hash())
        .metadata(requests.kind(), requests.toString())
        .metadata("precision", model.precision().text())
        .metadata("steps", Integer.toString(run.sampler().schedule().steps()))
        .metadata("sampler", run.sampler().name())
        .metadata("guidance", Double.toString(run.guidance().scale()))
        .metadata("policy", policy.toString())
        .metadata("seed", Long.toString(seed))
        .metadata("library_version", LibraryVersion.text())
        .put(
            "samples",
            new Shape(samples.length).addAll(model.sampleShape()),
            Matrices.flat(samples))
        .write(file);
  }

  private void compare(
      NDManager manager,
      BatchSampler batches,
      ImageRequests requests,
      BatchSampler.Samples cached,
      ImageDecoder decoder,
      ImageDecoder.Images images)
      throws IOException {
    int steps = batches.sampler().schedule().steps();
    CachePlan everything =
        new FullPolicy().plan(PlanRequest.of(steps, batches.model().denoiser().layout()));
    BatchSampler.Samples full = sample(manager, batches, everything, requests);
    System.out.printf(
        "against no caching: x_0 differs by %.4f of its size, %.2fx as fast%n",
        distance(cached.values(), full.values()), full.seconds() / cached.seconds());
    if (files.wantsImages()) {
      files.writePairs(decoder.decode(full.values()), images);
    }
  }

  /** The root of the mean squared difference over that of the mean square. */
  private static double distance(float[][] found, float[][] expected) {
    double difference = 0;
    double size = 0;
    for (int i = 0; i < found.length; i++) {
      for (int j = 0; j < found[i].length; j++) {
        difference += Math.pow(found[i][j] - expected[i][j], 2);
        size += Math.pow(expected[i][j], 2);
      }
    }
    return Math.sqrt(difference / size);
  }
}
