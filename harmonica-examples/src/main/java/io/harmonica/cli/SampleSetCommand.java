package io.harmonica.cli;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cli.evaluate.FeatureSet;
import io.harmonica.cli.evaluate.FeatureShelf;
import io.harmonica.cli.evaluate.ImageSide;
import io.harmonica.cli.evaluate.PixelSource;
import io.harmonica.cli.evaluate.Reference;
import io.harmonica.cli.evaluate.Scores;
import io.harmonica.cli.imageset.ImageSetFiles;
import io.harmonica.cli.imageset.ImageSetSampler;
import io.harmonica.cli.imageset.ImageSetSettings;
import io.harmonica.cli.imageset.ImageSink;
import io.harmonica.cli.imageset.UnfinishedImages;
import io.harmonica.diffusion.RandomStream;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.pipeline.ClassNames;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.PipelineOptions;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.CachePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Samples a large set of images of random classes into the file that evaluations read. */
@Command(
    name = "sample-set",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Samples many images of random classes into one .npz file, as the ADM evaluator reads it"
            + " for FID: arr_0, uint8, [n, H, W, 3]. Can be interrupted at any time. With"
            + " --evaluate and without --out no image is written, and a run cannot be resumed.")
final class SampleSetCommand implements Callable<Integer> {
  @Mixin private ModelOptions modelOptions;

  @Option(
      names = "--count",
      defaultValue = "50000",
      description = "how many images (${DEFAULT-VALUE})")
  private int count;

  @Mixin private SamplingOptions sampling;
  @Mixin private PolicyOptions policy;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "the seed of labels and noise (${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--batch",
      defaultValue = "16",
      description = "images at once; finished ones are saved after each batch (${DEFAULT-VALUE})")
  private int batch;

  @Option(
      names = "--vae",
      paramLabel = "PATH",
      description = "the autoencoder that turns a latent model's samples into images")
  private Path vae;

  @Option(
      names = "--out",
      paramLabel = "FILE.npz",
      description =
          "where the images go, with the labels as arr_1; beside it FILE.csv and FILE.json")
  private Path out;

  @Option(
      names = "--evaluate",
      paramLabel = "REFERENCE",
      description = "judge the images against these; see the command evaluate")
  private Path reference;

  @Mixin private EvaluationOptions evaluation;

  @Option(names = "--resume", description = "go on with the images that an interrupted run made")
  private boolean resume;

  @Mixin private DeviceOption device;

  @Override
  public Integer call() throws IOException {
    check();
    try (NDManager manager = device.open();
        DiffusionPipeline pipeline = modelOptions.open(options(manager))) {
      Shape image = imageShape(pipeline);
      List<Long> shape =
          List.of((long) count, image.get(1), image.get(2), (long) ImageSetSampler.CHANNELS);
      if (out != null) {
        // Before anything of their number is made.
        requireSpace(shape.get(1) * shape.get(2) * shape.get(3));
      }
      Run run = run(pipeline, shape);
      if (reference == null) {
        write(run);
        return 0;
      }
      // Opened first, so that a mistake shows before the images are made.
      try (FeatureShelf shelf = evaluation.open(manager);
          Reference real = evaluation.reference(reference, shelf, batch)) {
        shelf.requireNetwork();
        if (out == null) {
          judge(run, shelf, real);
        } else {
          write(run);
          try (PixelSource source = PixelSource.open(out)) {
            evaluation.judge(source, real, shelf, Optional.empty(), batch);
          }
        }
      }
    }
    return 0;
  }

  /** What is made, and of what shape. */
  @SuppressWarnings("ArrayRecordComponent") // a bare carrier
  private record Run(
      DiffusionPipeline pipeline,
      SamplingSetup setup,
      CachePlan plan,
      ImageSetSampler sampler,
      int[] labels,
      List<Long> shape) {

    long imageBytes() {
      return shape.get(1) * shape.get(2) * shape.get(3);
    }
  }

  private Run run(DiffusionPipeline pipeline, List<Long> shape) throws IOException {
    CachePolicy cache = policy.policy();
    SamplingSetup setup = sampling.setup(pipeline);
    int classes = pipeline.model().classes().orElseThrow().count();
    int[] labels = RandomStream.REQUESTS.random(seed, 0).ints(count, 0, classes).toArray();
    ImageSetSampler sampler =
        new ImageSetSampler(
            pipeline, request -> sampling.apply(request).cache(cache).seed(seed), batch);
    return new Run(pipeline, setup, setup.plan(cache), sampler, labels, shape);
  }

  private PipelineOptions options(NDManager manager) throws IOException {
    if (modelOptions.pixArt().isPresent()) {
      throw new IllegalArgumentException(
          "--model is a PixArt pipeline, which knows words and no classes; give a DiT");
    }
    PipelineOptions options = modelOptions.options(manager.getDevice());
    return vae == null ? options : options.autoencoder(vae);
  }

  private static Shape imageShape(DiffusionPipeline pipeline) {
    if (!pipeline.decoder().makesPictures()) {
      throw new IllegalArgumentException(
          pipeline.model().name()
              + " samples latents: give the autoencoder they were made for, --vae PATH");
    }
    return pipeline.decoder().imageShape();
  }

  private void write(Run run) throws IOException {
    Map<String, String> settings =
        ImageSetSettings.of(
            run.pipeline(), run.setup(), run.plan(), policy.toString(), seed, batch);
    settings.put("shape", run.shape().toString());
    ClassNames classes = run.pipeline().model().classes().orElseThrow();
    try (UnfinishedImages images = UnfinishedImages.open(out, run.imageBytes(), settings, resume)) {
      sample(run, images);
      new ImageSetFiles(out, run.shape(), run.labels())
          .write(images::copyTo, classes::name, settings);
      images.delete();
    }
    System.out.printf(
        "%s: %d images of %d x %d%s%n",
        out,
        count,
        run.shape().get(1),
        run.shape().get(2),
        run.pipeline().decoder().imageShape().get(0) == 1 ? ", grey as three equal colours" : "");
  }

  /** Judges the images as they are made. */
  private void judge(Run run, FeatureShelf shelf, Reference real) throws IOException {
    int height = Math.toIntExact(run.shape().get(1));
    int width = Math.toIntExact(run.shape().get(2));
    try (FeatureShelf.Stream stream = shelf.stream(count, height, width)) {
      sample(run, new StreamedImages(stream, run.imageBytes()));
      try (FeatureSet features = stream.finish()) {
        ImageSide side =
            new ImageSide(
                run.pipeline().model().name(), stream.sha256(), count, height, width, false);
        evaluation.report(side, features, real, shelf);
      }
    }
  }

  private void check() throws IOException {
    if (count < 1 || batch < 1) {
      throw new IllegalArgumentException(
          "--count is %d and --batch %d, expected at least 1".formatted(count, batch));
    }
    if (reference == null ? out == null || evaluation.given() : out == null && resume) {
      throw new IllegalArgumentException(
          "give --out FILE.npz, or --evaluate REFERENCE with --inception WEIGHTS, or both;"
              + " --resume needs --out");
    }
    if (reference != null) {
      Scores.requireEnough("--count", count);
    }
    if (out == null) {
      return;
    }
    if (!out.toString().endsWith(ImageSetFiles.ENDING)) {
      throw new IllegalArgumentException(
          "--out is " + out + ", expected a file ending in " + ImageSetFiles.ENDING);
    }
    Outputs.requireFolderOf(out);
    if (Files.exists(out)) {
      throw new IllegalArgumentException(
          out + " is there already: delete it or choose another --out");
    }
  }

  /** For the images and, at the end, for their copy in the archive. */
  private void requireSpace(long imageBytes) throws IOException {
    Path partial = out.resolveSibling(out.getFileName() + ".partial");
    long there = Files.exists(partial) ? Files.size(partial) : 0;
    long needed = 2 * Math.multiplyExact(imageBytes, count) - there;
    long free = Files.getFileStore(out.toAbsolutePath().getParent()).getUsableSpace();
    if (free < needed) {
      throw new IOException(
          "%d images take %.1f GB while they are made, but where %s is to go %.1f GB are free; choose another place"
              .formatted(count, needed / 1e9, out, free / 1e9));
    }
  }

  private void sample(Run run, ImageSink images) throws IOException {
    int start = images.finished();
    System.out.printf(
        "%s in %s: %d of %d images to make; CUR %.1f%%, theoretical speed-up %.2fx%n",
        run.pipeline().model().name(),
        run.pipeline().model().precision().text(),
        count - start,
        count,
        100 * run.plan().cacheUtilisation(),
        run.setup().cost().speedup(run.plan()));
    long began = System.nanoTime();
    try (Progress progress = new Progress("sampling", count, start)) {
      run.sampler()
          .run(
              run.pipeline().model().labels(run.labels()),
              images,
              finished ->
                  progress.to(
                      finished,
                      "%.2f images/s"
                          .formatted((finished - start) * 1e9 / (System.nanoTime() - began))));
    }
  }
}
