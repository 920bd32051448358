package io.harmonica.cli.sampling;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.cli.fashion.FashionMnist;
import io.harmonica.diffusion.ConditioningSource;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.Sampler;
import io.harmonica.diffusion.Samplers;
import io.harmonica.dit.DiffusionConfig;
import io.harmonica.dit.DitCheckpoint;
import io.harmonica.dit.DitConfig;
import io.harmonica.dit.DitModel;
import io.harmonica.dit.DitWeights;
import io.harmonica.dit.LoadedDit;
import io.harmonica.files.Hashes;
import io.harmonica.kernel.Precision;
import io.harmonica.kernel.PrecisionCast;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A DiT ready to run, with all that sampling and provenance need to know about it.
 *
 * @param name its file's name
 * @param hash SHA-256 of its file in hexadecimal
 * @param model the model
 * @param diffusion schedule, clipping and guided channels
 * @param precision what its matrices are multiplied in
 * @param classes what its classes are called
 */
public record RunnableDit(
    String name,
    String hash,
    DitModel model,
    DiffusionConfig diffusion,
    Precision precision,
    ClassNames classes)
    implements RunnableModel {
  private static final String BUNDLED = "/io/harmonica/cli/fashion/dit.safetensors";
  private static final String CONFIG = "config";

  /**
   * Opens the small DiT of Fashion-MNIST that the examples ship, in float32.
   *
   * @param manager owns the weights
   * @return the model; the caller closes it
   * @throws IOException if the resource is damaged
   */
  public static RunnableDit bundled(NDManager manager) throws IOException {
    return bundled(manager, Precision.FLOAT32);
  }

  /**
   * Opens the small DiT of Fashion-MNIST that the examples ship.
   *
   * @param manager owns the weights
   * @param precision what its matrices are multiplied in
   * @return the model; the caller closes it
   * @throws IOException if the resource is damaged
   */
  public static RunnableDit bundled(NDManager manager, Precision precision) throws IOException {
    byte[] bytes;
    try (InputStream in = RunnableDit.class.getResourceAsStream(BUNDLED)) {
      if (in == null) {
        throw new IOException(
            "the bundled model is not on the class path; build the examples anew");
      }
      bytes = in.readAllBytes();
    }
    String name = "bundled Fashion-MNIST DiT";
    try (SafetensorsFile source = SafetensorsFile.of(name, ByteBuffer.wrap(bytes));
        PrecisionCast cast = new PrecisionCast(manager, precision)) {
      String hash = Hashes.of(bytes);
      String json = source.metadata().get(CONFIG);
      DitConfig config = DitConfig.fromJson(json);
      DitModel model =
          new DitModel(manager, config, DitWeights.load(manager, config, source, cast));
      return new RunnableDit(
          name,
          hash,
          model,
          DiffusionConfig.fromJson(json, config),
          precision,
          ClassNames.of(FashionMnist.CLASSES.stream().map(List::of).toList()));
    }
  }

  /**
   * Opens a checkpoint. One of 1000 classes is taken to be made for ImageNet's.
   *
   * @param manager owns the weights
   * @param path the checkpoint
   * @param config its configuration; else the checkpoint's metadata or a config.json beside it
   *     tells
   * @param precision what its matrices are multiplied in
   * @return the model; the caller closes it
   * @throws IOException if a file is missing or damaged
   * @throws IllegalArgumentException if weights and configuration do not fit
   */
  public static RunnableDit open(
      NDManager manager, Path path, Optional<Path> config, Precision precision) throws IOException {
    ClassNames imageNet = ClassNames.imageNet();
    LoadedDit loaded = DitCheckpoint.open(path, config, precision, manager);
    int classes = loaded.config().numClasses();
    return new RunnableDit(
        path.getFileName().toString(),
        Hashes.of(loaded.sha256()),
        new DitModel(manager, loaded.config(), loaded.weights()),
        loaded.diffusion(),
        precision,
        classes == ClassNames.IMAGENET_CLASSES ? imageNet : ClassNames.none(classes));
  }

  @Override
  public DitModel denoiser() {
    return model;
  }

  @Override
  public Shape sampleShape() {
    DitConfig config = model.config();
    return new Shape(config.inChannels(), config.inputSize(), config.inputSize());
  }

  @Override
  public long featureSize() {
    return (long) model.config().tokens() * model.config().hiddenSize();
  }

  @Override
  public Guidance guidance(double scale) {
    return diffusion.guidance(scale);
  }

  @Override
  public Sampler sampler(String name, int steps, long seed) {
    return Samplers.parse(name, diffusion.schedule(), steps, diffusion.clip(), seed);
  }

  @Override
  public Sampler usualSampler(int steps, long seed) {
    return sampler("ddim", steps, seed);
  }

  @Override
  public double usualGuidance() {
    return 1.5;
  }

  /** Labels drawn uniformly. */
  @Override
  public ConditioningSource trainingBatches() {
    return (owner, random, count) -> {
      int[] labels = random.ints(count, 0, model.config().numClasses()).toArray();
      return model.condition(owner, labels);
    };
  }

  /**
   * Asks for images of classes.
   *
   * @param labels each from 0 to the number of classes - 1
   * @return the requests, which check the labels when they are met
   */
  public ImageRequests requests(int... labels) {
    return new LabelRequests(model, classes, labels);
  }

  @Override
  public String settings() {
    return diffusion.toString();
  }

  @Override
  public void close() {
    model.close();
  }
}
