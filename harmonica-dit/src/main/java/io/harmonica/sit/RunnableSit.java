package io.harmonica.sit;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.diffusion.Conditioning;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.NoisePath;
import io.harmonica.dit.DiffusionConfig;
import io.harmonica.dit.DitConfig;
import io.harmonica.dit.LoadedDit;
import io.harmonica.files.Hashes;
import io.harmonica.kernel.Precision;
import io.harmonica.pipeline.ClassModel;
import io.harmonica.pipeline.ClassNames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A SiT ready to run, with all that sampling and provenance need to know about it.
 *
 * @param name its file's name
 * @param hash SHA-256 of its file in hexadecimal
 * @param denoiser the model
 * @param diffusion clipping and guided channels
 * @param precision what its matrices are multiplied in
 * @param names what its classes are called
 * @param autoencoder the folder of the autoencoder that came with it
 */
record RunnableSit(
    String name,
    String hash,
    SitModel denoiser,
    DiffusionConfig diffusion,
    Precision precision,
    ClassNames names,
    Optional<Path> autoencoder)
    implements ClassModel {

  static RunnableSit open(NDManager manager, Path path, Optional<Path> config, Precision precision)
      throws IOException {
    LoadedDit loaded = SitCheckpoint.open(path, config, precision, manager);
    return new RunnableSit(
        ClassModel.nameOf(path),
        Hashes.of(loaded.sha256()),
        new SitModel(manager, loaded.config(), loaded.weights()),
        loaded.diffusion(),
        precision,
        ClassNames.usual(loaded.config().numClasses()),
        ClassModel.autoencoderIn(path));
  }

  @Override
  public Shape sampleShape() {
    DitConfig config = denoiser.config();
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
    return "euler";
  }

  @Override
  public double usualGuidance() {
    return 1.5;
  }

  @Override
  public Conditioning condition(NDManager owner, int... labels) {
    return denoiser.condition(owner, labels);
  }

  @Override
  public String settings() {
    return "SiT, " + diffusion;
  }

  @Override
  public void close() {
    denoiser.close();
  }
}
