package io.harmonica.examples.cli;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.Matrices;
import io.harmonica.checkpoint.SafetensorsWriter;
import io.harmonica.diffusion.Sampler;
import io.harmonica.examples.report.ImageGrid;
import io.harmonica.examples.report.Pngs;
import io.harmonica.examples.sampling.BatchSampler;
import io.harmonica.examples.sampling.ImageDecoder;
import io.harmonica.examples.sampling.ImageRequests;
import io.harmonica.examples.sampling.NoiseSource;
import io.harmonica.examples.sampling.RunnableDit;
import io.harmonica.examples.sampling.RunnableModel;
import io.harmonica.plan.CachePlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Samples images of given classes, with a router, a rule, or without caching. */
@Command(
    name = "sample",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Samples images of given classes.")
final class SampleCommand implements Callable<Integer> {
  @Mixin private ModelOptions modelOptions;

  @Option(
      names = "--labels",
      required = true,
      paramLabel = "LABELS",
      description = "the classes, by number or name: 360,golden retriever,360")
  private String labels;

  @Mixin private SamplingOptions sampling;
  @Mixin private PolicyOptions policy;

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

  @Option(
      names = "--latents",
      paramLabel = "FILE",
      description = "write x_0 as a safetensors file, key \"samples\", [n, C, H, W]")
  private Path latents;

  @Option(names = "--out", paramLabel = "DIR", description = "write PNG images and a grid")
  private Path out;

  @Option(
      names = "--vae",
      paramLabel = "PATH",
      description = "the autoencoder that turns a latent model's samples into images for --out")
  private Path vae;

  @Mixin private DeviceOption device;

  @Override
  public Integer call() throws IOException {
    check();
    long began = System.nanoTime();
    try (NDManager manager = device.open();
        RunnableDit dit = modelOptions.open(manager);
        ImageDecoder decoder = ImageDecoder.open(manager, dit, Optional.ofNullable(vae))) {
      if (out != null && !decoder.makesPictures()) {
        throw new IllegalArgumentException(
            dit.name()
                + " samples latents, which --out shows only with the autoencoder they were made"
                + " for: give --vae PATH, or --latents FILE instead of --out");
      }
      System.out.printf(
          "%s in %s, ready after %.1f s%n",
          dit.name(), dit.precision().text(), (System.nanoTime() - began) / 1e9);
      Sampler sampler = sampling.sampler(dit, seed);
      ImageRequests requests = dit.requests(dit.classes().labels(labels));
      CachePlan plan = policy.plan(dit, sampler);
      BatchSampler batches = new BatchSampler(dit, sampler, sampling.guidance(dit));
      float[][] samples = sample(manager, batches, plan, requests);
      write(batches, decoder, requests, samples);
    }
    return 0;
  }

  private void check() throws IOException {
    if (latents == null && out == null) {
      throw new IllegalArgumentException(
          "nothing to write: give --out DIR, --latents FILE or both");
    }
    if (batch < 1) {
      throw new IllegalArgumentException("--batch is " + batch + ", expected at least 1");
    }
    if (vae != null && out == null) {
      throw new IllegalArgumentException("--vae makes images for --out DIR, which is missing");
    }
    if (latents != null) {
      Outputs.requireFolderOf(latents);
    }
    if (out != null) {
      Outputs.prepareFolder(out);
    }
  }

  private float[][] sample(
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
    return samples.toArray(new float[0][]);
  }

  private void write(
      BatchSampler run, ImageDecoder decoder, ImageRequests requests, float[][] samples)
      throws IOException {
    RunnableModel model = run.model();
    if (latents != null) {
      new SafetensorsWriter()
          .metadata("model", model.name())
          .metadata("model_sha256", model.hash())
          .metadata("labels", requests.toString())
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
          .write(latents);
    }
    if (out != null) {
      draw(decoder.decode(samples), requests);
    }
  }

  private void draw(ImageDecoder.Images images, ImageRequests requests) throws IOException {
    Shape shape = images.shape();
    int[] size = {(int) shape.get(0), (int) shape.get(1), (int) shape.get(2)};
    float[][] values = images.values();
    ImageGrid grid = ImageGrid.of(size[0], size[1], size[2]);
    for (int i = 0; i < values.length; i++) {
      Pngs.write(
          grid.picture(values[i]), out.resolve("%05d-%s.png".formatted(i, requests.name(i))));
    }
    List<String> titles = IntStream.range(0, values.length).mapToObj(requests::title).toList();
    Pngs.write(grid.captions(titles).draw(values), out.resolve("grid.png"));
  }
}
