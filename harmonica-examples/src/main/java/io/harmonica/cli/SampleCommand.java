package io.harmonica.cli;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.Matrices;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.files.Hashes;
import io.harmonica.files.LibraryVersion;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.ImageRequest;
import io.harmonica.pipeline.Images;
import io.harmonica.pipeline.RunnableModel;
import io.harmonica.plan.CachePolicy;
import io.harmonica.policy.FullPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
  private static final int MOST_TIMED = 16;

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
    // Before the model and a text encoder, which take their time.
    CachePolicy cache = policy.policy();
    long began = System.nanoTime();
    try (NDManager manager = device.open();
        RequestOptions.Asked asked =
            requested.open(
                manager, modelOptions, files.apply(modelOptions.options(manager.getDevice())))) {
      DiffusionPipeline pipeline = asked.pipeline();
      files.check(pipeline);
      RunnableModel model = pipeline.model();
      System.out.printf(
          "%s in %s, ready after %.1f s%n",
          model.name(), model.precision().text(), (System.nanoTime() - began) / 1e9);
      Guidance guidance = sampling.setup(pipeline).guidance();
      if (!guidance.settings().isEmpty()) {
        System.out.println("guidance " + guidance.text());
      }
      ImageRequest request = request(asked).cache(cache);
      Images images = sample(pipeline, request, asked.subjects().count());
      if (files.latents().isPresent()) {
        writeLatents(files.latents().get(), asked, images);
      }
      if (files.wantsImages()) {
        files.write(images);
      }
      if (againstFull) {
        compare(asked, request, images, cache);
      }
    }
    return 0;
  }

  private ImageRequest request(RequestOptions.Asked asked) throws IOException {
    ImageRequest request = batch.apply(sampling.apply(ImageRequest.of(asked.subjects())));
    return noise == null
        ? request.seed(seed)
        : request
            .seed(seed)
            .noise(
                NoiseFile.read(
                    noise, asked.subjects().count(), asked.pipeline().model().sampleShape()));
  }

  private static Images sample(DiffusionPipeline pipeline, ImageRequest request, int count)
      throws IOException {
    Images images;
    try (Progress progress = new Progress("sampling", count)) {
      images =
          pipeline.sample(
              request.listener(
                  (done, seconds) -> progress.to(done, "%.2f images/s".formatted(done / seconds))));
    }
    System.out.printf(
        "%d samples in %.2f s; CUR %.1f%%, theoretical speed-up %.2fx, cache at most %.1f MiB%n",
        images.count(),
        images.seconds(),
        100 * images.plan().cacheUtilisation(),
        pipeline.model().denoiser().cost().speedup(images.plan()),
        images.peakCacheBytes() / 1048576.0);
    return images;
  }

  private void writeLatents(Path file, RequestOptions.Asked asked, Images images)
      throws IOException {
    RunnableModel model = asked.pipeline().model();
    SamplingSetup setup = sampling.setup(asked.pipeline());
    float[][] samples = images.latents();
    SafetensorsWriter writer = new SafetensorsWriter();
    if (noise != null) {
      writer
          .metadata("noise", NoiseFile.name(noise))
          .metadata("noise_sha256", Hashes.of(Files.readAllBytes(NoiseFile.path(noise))));
    }
    writer
        .metadata("model", model.name())
        .metadata("model_sha256", model.hash())
        .metadata(asked.subjects().kind(), asked.subjects().toString())
        .metadata("precision", model.precision().text())
        .metadata("steps", Integer.toString(setup.steps()))
        .metadata("sampler", setup.fit().sampler())
        .metadata("guidance", setup.guidance().text())
        .metadata("policy", policy.toString())
        .metadata("plan_sha256", Hashes.of(images.plan().fingerprint()))
        .metadata("seed", Long.toString(seed))
        .metadata("library_version", LibraryVersion.text())
        .put(
            "samples",
            new Shape(samples.length).addAll(images.latentShape()),
            Matrices.flat(samples))
        .write(file);
  }

  private void compare(
      RequestOptions.Asked asked, ImageRequest request, Images cached, CachePolicy cache)
      throws IOException {
    DiffusionPipeline pipeline = asked.pipeline();
    Images full = sample(pipeline, request.cache(new FullPolicy()), cached.count());
    // What is timed need not be all that was asked for.
    int timed = Math.min(cached.count(), MOST_TIMED);
    ImageRequest some =
        batch.apply(sampling.apply(ImageRequest.of(asked.subjects().range(0, timed))));
    System.out.printf(
        "against no caching: x_0 differs by %.4f of its size, %s%n",
        distance(cached.latents(), full.latents()),
        TurnTaking.measure(pipeline, some.cache(new FullPolicy()), some.cache(cache)));
    if (files.wantsImages()) {
      files.writePairs(full.pixels(), cached.pixels());
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
