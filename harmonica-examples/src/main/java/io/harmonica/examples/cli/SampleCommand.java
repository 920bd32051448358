package io.harmonica.examples.cli;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.Matrices;
import io.harmonica.checkpoint.SafetensorsWriter;
import io.harmonica.diffusion.Sampler;
import io.harmonica.examples.sampling.BatchSampler;
import io.harmonica.examples.sampling.ImageDecoder;
import io.harmonica.examples.sampling.ImageRequests;
import io.harmonica.examples.sampling.NoiseSource;
import io.harmonica.examples.sampling.RunnableModel;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.FullPolicy;
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

  @Option(
      names = "--batch",
      defaultValue = "16",
      description = "samples at once (${DEFAULT-VALUE})")
  private int batch;

  @Mixin private SampleFiles files;
  @Mixin private DeviceOption device;

  /** Samples and how long they took. */
  @SuppressWarnings("ArrayRecordComponent") // a bare carrier, read at once
  private record Run(float[][] samples, double seconds) {}

  @Override
  public Integer call() throws IOException {
    files.check();
    if (batch < 1) {
      throw new IllegalArgumentException("--batch is " + batch + ", expected at least 1");
    }
    long began = System.nanoTime();
    try (NDManager manager = device.open();
        RequestOptions.Asked asked = requested.open(manager, modelOptions);
        ImageDecoder decoder = files.decoder(manager, asked.model())) {
      RunnableModel model = asked.model();
      System.out.printf(
          "%s in %s, ready after %.1f s%n",
          model.name(), model.precision().text(), (System.nanoTime() - began) / 1e9);
      Sampler sampler = sampling.sampler(model, seed);
      CachePlan plan = policy.plan(model, sampler);
      BatchSampler batches = new BatchSampler(model, sampler, sampling.guidance(model));
      Run run = sample(manager, batches, plan, asked.requests());
      if (files.latents().isPresent()) {
        writeLatents(files.latents().get(), batches, asked.requests(), run.samples());
      }
      ImageDecoder.Images images = new ImageDecoder.Images(model.sampleShape(), run.samples());
      if (files.wantsImages()) {
        images = decoder.decode(run.samples());
        files.write(images, asked.requests());
      }
      if (againstFull) {
        compare(manager, batches, asked.requests(), run, decoder, images);
      }
    }
    return 0;
  }

  private Run sample(
      NDManager manager, BatchSampler batches, CachePlan plan, ImageRequests requests)
      throws IOException {
    int count = requests.count();
    float[][] start = NoiseSource.of(noise, seed).draw(count, batches.model().sampleShape());
    List<float[]> samples = new ArrayList<>();
    double seconds = 0;
    long peak = 0;
    try (Progress progress = new Progress("sampling", count)) {
      for (int first = 0; first < count; first += batch) {
        int last = Math.min(count, first + batch);
        BatchSampler.Samples part =
            batches
                .with(sampling.sampler(batches.model(), NoiseSource.batchSeed(seed, first)))
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
        batches.model().denoiser().cost().speedup(plan),
        peak / 1048576.0);
    return new Run(samples.toArray(new float[0][]), seconds);
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
      Run cached,
      ImageDecoder decoder,
      ImageDecoder.Images images)
      throws IOException {
    int steps = batches.sampler().schedule().steps();
    CachePlan everything = new FullPolicy().plan(steps, batches.model().denoiser().layout());
    Run full = sample(manager, batches, everything, requests);
    System.out.printf(
        "against no caching: x_0 differs by %.4f of its size, %.2fx as fast%n",
        distance(cached.samples(), full.samples()), full.seconds() / cached.seconds());
    if (files.wantsImages()) {
      files.writePairs(decoder.decode(full.samples()), images);
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
