package io.harmonica.cli;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cli.evaluate.FeatureSet;
import io.harmonica.cli.evaluate.FeatureShelf;
import io.harmonica.cli.evaluate.ImageSide;
import io.harmonica.cli.evaluate.PixelSource;
import io.harmonica.cli.evaluate.Reference;
import io.harmonica.cli.evaluate.Scores;
import io.harmonica.cli.imageset.ImageSet;
import io.harmonica.cli.imageset.ImageSetFiles;
import io.harmonica.cli.imageset.ImageSetSampler;
import io.harmonica.cli.imageset.ImageSetSettings;
import io.harmonica.cli.imageset.SetParts;
import io.harmonica.cli.imageset.SetRecipe;
import io.harmonica.cli.imageset.Shard;
import io.harmonica.cli.work.ModelOpener;
import io.harmonica.cli.work.ModelSpec;
import io.harmonica.cli.work.OpenModel;
import io.harmonica.diffusion.RandomStream;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.pipeline.ClassNames;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.PipelineOptions;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.CachePolicy;
import io.harmonica.work.Workers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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

  @Option(
      names = "--shard",
      paramLabel = "i/n",
      description =
          "make only the i-th of n shares of the images, anywhere and at any time; \"merge\" makes"
              + " one file of them all")
  private String shard;

  @Mixin private DeviceOption device;
  @Mixin private WorkersOption spread;

  @Override
  public Integer call() throws IOException {
    check();
    CachePolicy cache = policy.policy();
    try (NDManager manager = device.openFirst();
        DiffusionPipeline pipeline = modelOptions.open(options(manager))) {
      List<Long> shape = shape(pipeline);
      if (out != null && shard == null) {
        // Before anything of their number is made: the images and, at the end, their copy in the
        // archive.
        long bytes = Math.multiplyExact(shape.get(1) * shape.get(2) * shape.get(3), count);
        Outputs.requireSpace(out, count, 2 * bytes - SetParts.bytes(out));
      }
      SampleSetRun run = run(pipeline, shape, cache);
      if (reference == null) {
        write(run);
        spread.foresee();
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
      spread.foresee();
    }
    return 0;
  }

  private PipelineOptions options(NDManager manager) throws IOException {
    if (modelOptions.pixArt().isPresent()) {
      throw new IllegalArgumentException(
          "--model is a PixArt pipeline, which knows words and no classes; give a model of classes");
    }
    PipelineOptions options = spec().options(manager.getDevice());
    Inputs.requireAutoencoder(vae);
    return options;
  }

  private ModelSpec spec() {
    return vae == null ? modelOptions.spec() : modelOptions.spec().withAutoencoder(vae);
  }

  private List<Long> shape(DiffusionPipeline pipeline) {
    if (!pipeline.decoder().makesPictures()) {
      throw new IllegalArgumentException(
          pipeline.model().name()
              + " samples latents: give the autoencoder they were made for, --vae PATH");
    }
    Shape image = pipeline.decoder().imageShape();
    return List.of((long) count, image.get(1), image.get(2), (long) ImageSetSampler.CHANNELS);
  }

  private SampleSetRun run(DiffusionPipeline pipeline, List<Long> shape, CachePolicy cache) {
    SamplingSetup setup = sampling.setup(pipeline);
    CachePlan plan = setup.plan(cache);
    ClassNames classes = pipeline.model().classes().orElseThrow();
    int[] labels = RandomStream.REQUESTS.random(seed, 0).ints(count, 0, classes.count()).toArray();
    Map<Integer, String> names = new TreeMap<>();
    for (int label : labels) {
      names.computeIfAbsent(label, classes::name);
    }
    Map<String, String> settings =
        ImageSetSettings.of(pipeline, setup, plan, policy.toString(), seed, batch);
    settings.put("device", device.name(pipeline.manager().getDevice()));
    settings.put("shape", shape.toString());
    return new SampleSetRun(
        pipeline,
        setup,
        new SetRecipe(sampling.spec(), plan, seed),
        new ImageSet(shape, batch, labels, names, settings));
  }

  private Workers<OpenModel> workers(SampleSetRun run, int pieces) throws IOException {
    spread.noteIdle(device.devices(), pieces);
    ModelOpener opener = ModelOpener.of(spec(), run.pipeline(), device.devices());
    return spread
        .others(device.devices(), opener)
        .orElseGet(() -> Workers.here(new OpenModel(run.pipeline())));
  }

  private void write(SampleSetRun run) throws IOException {
    Shard share = shard == null ? Shard.WHOLE : Shard.parse(shard);
    try (SetParts parts = SetParts.open(out, run.set(), resume || shard != null)) {
      if (shard == null) {
        parts.lock();
      }
      int[] missing = parts.missing(share);
      if (shard != null) {
        long images = parts.images(missing);
        Outputs.requireSpace(out, images, images * parts.set().imageBytes());
      }
      try (Workers<OpenModel> workers = workers(run, missing.length)) {
        run.write(workers, parts, missing);
      }
      if (shard != null) {
        System.out.printf(
            "%s: share %s is done; when all are, \"merge --out %s\"%n",
            SetParts.folderOf(out), shard, out);
        return;
      }
      new ImageSetFiles(out, run.set()).write(List.of(parts));
      parts.delete();
    }
    System.out.printf(
        "%s: %s%s%n",
        out,
        run.set(),
        run.pipeline().decoder().imageShape().get(0) == 1 ? ", grey as three equal colours" : "");
  }

  /** Judges the images as they are made. */
  private void judge(SampleSetRun run, FeatureShelf shelf, Reference real) throws IOException {
    int height = Math.toIntExact(run.set().shape().get(1));
    int width = Math.toIntExact(run.set().shape().get(2));
    try (FeatureShelf.Stream stream = shelf.stream(count, height, width)) {
      try (Workers<OpenModel> workers = workers(run, run.set().parts())) {
        run.stream(workers, stream::add);
      }
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
    boolean parts = resume || shard != null;
    if (reference == null ? out == null || evaluation.given() : out == null && parts) {
      throw new IllegalArgumentException(
          "give --out FILE.npz, or --evaluate REFERENCE with --inception WEIGHTS, or both;"
              + " --resume and --shard need --out");
    }
    if (reference != null && shard != null) {
      throw new IllegalArgumentException(
          "--shard makes a share of the images: merge them, and evaluate what that gives");
    }
    if (reference != null) {
      Scores.requireEnough("--count", count);
    }
    spread.check();
    if (out != null) {
      ImageSetFiles.requireNew(out);
      Outputs.requireFolderOf(out);
    }
  }
}
