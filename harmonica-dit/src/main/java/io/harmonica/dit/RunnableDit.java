package io.harmonica.dit;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.diffusion.Conditioning;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.NoisePath;
import io.harmonica.files.Hashes;
import io.harmonica.kernel.Precision;
import io.harmonica.pipeline.ClassModel;
import io.harmonica.pipeline.ClassNames;
import java.io.IOException;
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
    implements ClassModel {

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
   * @throws IllegalArgumentException if weights and configuration do not fit, or if the noise
   *     schedule is that of flow models, which predict no noise
   */
  public static RunnableDit open(
      NDManager manager, Path path, Optional<Path> config, Precision precision) throws IOException {
    LoadedDit loaded = DitCheckpoint.open(path, config, precision, manager);
    if (loaded.diffusion().schedule().isStraight()) {
      loaded.close();
      throw new IllegalArgumentException(
          path
              + ": noise_schedule is "
              + loaded.diffusion().schedule()
              + ", but a DiT predicts noise; if it is a flow model, name the family sit");
    }
    return new RunnableDit(
        ClassModel.nameOf(path),
        Hashes.of(loaded.sha256()),
        new DitModel(manager, loaded.config(), loaded.weights()),
        loaded.diffusion(),
        precision,
        ClassNames.usual(loaded.config().numClasses()),
        ClassModel.autoencoderIn(path));
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
  public Guidance guidance(double scale) {
    return diffusion.guidance(scale);
  }

  @Override
  public NoisePath noisePath() {
    return diffusion.schedule();
  }

  @Override
  public boolean clips() {
    return diffusion.clip();
  }

  @Override
  public String usualSampler() {
    return "ddim";
  }

  @Override
  public double usualGuidance() {
    return 1.5;
  }

  @Override
  public Conditioning condition(NDManager owner, int... labels) {
    return model.condition(owner, labels);
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
