package io.harmonica.examples.cli;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.Matrices;
import io.harmonica.checkpoint.SafetensorsWriter;
import io.harmonica.diffusion.Sampler;
import io.harmonica.examples.report.ImageGrid;
import io.harmonica.examples.report.Pngs;
import io.harmonica.examples.sampling.BatchSampler;
import io.harmonica.examples.sampling.NoiseSource;
import io.harmonica.examples.sampling.RunnableDit;
import io.harmonica.plan.CachePlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
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
      split = ",",
      paramLabel = "LABEL",
      description = "the classes, by number: 1,2,2")
  private int[] labels;

  @Option(names = "--steps", required = true, paramLabel = "T", description = "steps")
  private int steps;

  @Option(
      names = "--guidance",
      defaultValue = "1.5",
      description = "guidance scale, 1 for none (${DEFAULT-VALUE})")
  private double scale;

  @Option(
      names = "--sampler",
      defaultValue = "ddim",
      description = "ddim, ddpm, dpmpp or sa (${DEFAULT-VALUE})")
  private String samplerName;

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

  @Mixin private DeviceOption device;

  @Override
  public Integer call() throws IOException {
    if (latents == null && out == null) {
      throw new IllegalArgumentException(
          "nothing to write: give --out DIR, --latents FILE or both");
    }
    if (batch < 1) {
      throw new IllegalArgumentException("--batch is " + batch + ", expected at least 1");
    }
    if (latents != null) {
      Outputs.requireFolderOf(latents);
    }
    if (out != null) {
      Outputs.prepareFolder(out);
    }
    try (NDManager manager = device.open();
        RunnableDit dit = modelOptions.open(manager)) {
      if (out != null && !dit.makesPictures()) {
        throw new IllegalArgumentException(
            dit.name() + " samples latents, which --out cannot show; give --latents FILE instead");
      }
      Sampler sampler = dit.sampler(samplerName, steps, seed);
      CachePlan plan = policy.plan(dit, sampler);
      float[][] samples = sample(manager, dit, sampler, plan);
      write(dit, samples);
    }
    return 0;
  }

  private float[][] sample(NDManager manager, RunnableDit dit, Sampler sampler, CachePlan plan)
      throws IOException {
    float[][] start = NoiseSource.of(noise, seed).draw(labels.length, dit.sampleShape());
    BatchSampler batches = new BatchSampler(dit, sampler, dit.diffusion().guidance(scale));
    List<float[]> samples = new ArrayList<>();
    double seconds = 0;
    long peak = 0;
    try (Progress progress = new Progress("sampling", labels.length)) {
      for (int first = 0; first < labels.length; first += batch) {
        int last = Math.min(labels.length, first + batch);
        BatchSampler.Samples part =
            batches.sample(
                manager,
                plan,
                Arrays.copyOfRange(labels, first, last),
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
        dit.model().cost().speedup(plan),
        peak / 1048576.0);
    return samples.toArray(new float[0][]);
  }

  private void write(RunnableDit dit, float[][] samples) throws IOException {
    Shape shape = dit.sampleShape();
    if (latents != null) {
      new SafetensorsWriter()
          .metadata("model", dit.name())
          .metadata("model_sha256", dit.hash())
          .metadata("labels", Arrays.toString(labels))
          .metadata("steps", Integer.toString(steps))
          .metadata("sampler", samplerName)
          .metadata("guidance", Double.toString(scale))
          .metadata("policy", policy.toString())
          .metadata("seed", Long.toString(seed))
          .metadata("library_version", LibraryVersion.text())
          .put("samples", new Shape(samples.length).addAll(shape), Matrices.flat(samples))
          .write(latents);
    }
    if (out != null) {
      ImageGrid single =
          ImageGrid.of((int) shape.get(0), (int) shape.get(1), (int) shape.get(2)).columns(1);
      for (int i = 0; i < samples.length; i++) {
        Pngs.write(
            single.draw(new float[][] {samples[i]}),
            out.resolve("%05d-label%d.png".formatted(i, labels[i])));
      }
      ImageGrid grid = ImageGrid.of((int) shape.get(0), (int) shape.get(1), (int) shape.get(2));
      Pngs.write(grid.draw(samples), out.resolve("grid.png"));
    }
  }
}
