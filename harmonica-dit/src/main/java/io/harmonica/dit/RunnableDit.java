package io.harmonica.dit;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.diffusion.ConditioningSource;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.Sampler;
import io.harmonica.diffusion.Samplers;
import io.harmonica.files.Hashes;
import io.harmonica.kernel.Precision;
import io.harmonica.pipeline.ClassNames;
import io.harmonica.pipeline.ClassSubjects;
import io.harmonica.pipeline.ImageSubjects;
import io.harmonica.pipeline.RunnableModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A DiT ready to run, with all that sampling and provenance need to know about it.
 *
 * @param name its file's name
 * @param hash SHA-256 of its file in hexadecimal
 * @param model the model
 * @param diffusion schedule, clipping and guided channels
 * @param precision what its matrices are multiplied in
 * @param names what its classes are called
 * @param autoencoder the folder of the autoencoder that came with it
 */
public record RunnableDit(
    String name,
    String hash,
    DitModel model,
    DiffusionConfig diffusion,
    Precision precision,
    ClassNames names,
    Optional<Path> autoencoder)
    implements RunnableModel {
  private static final String VAE = "vae";

  /**
   * Opens a checkpoint. One of 1000 classes is taken to be made for ImageNet's.
   *
   * @param manager owns the weights
   * @param path a checkpoint, a folder with one, or the folder of a diffusers pipeline
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
        path.toAbsolutePath().normalize().getFileName().toString(),
        Hashes.of(loaded.sha256()),
        new DitModel(manager, loaded.config(), loaded.weights()),
        loaded.diffusion(),
        precision,
        classes == ClassNames.IMAGENET_CLASSES ? imageNet : ClassNames.none(classes),
        Optional.of(path.resolve(VAE)).filter(Files::isDirectory));
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

  @Override
  public Optional<ClassNames> classes() {
    return Optional.of(names);
  }

  @Override
  public ImageSubjects labels(int... labels) {
    return new ClassSubjects(model::condition, names, labels);
  }

  @Override
  public ImageSubjects inTurn(int count) {
    return labels(names.spread(count));
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
