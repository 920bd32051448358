package io.harmonica.uvit;

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
 * A U-ViT ready to run, with all that sampling and provenance need to know about it.
 *
 * @param name its file's name
 * @param hash SHA-256 of its file in hexadecimal
 * @param denoiser the model
 * @param precision what its matrices are multiplied in
 * @param names what its classes are called
 * @param autoencoder the folder of the autoencoder that came with it
 */
record RunnableUvit(
    String name,
    String hash,
    UvitModel denoiser,
    Precision precision,
    ClassNames names,
    Optional<Path> autoencoder)
    implements ClassModel {

  /** The scale of the public latents' configurations. */
  private static final double GUIDANCE = 0.4;

  static RunnableUvit open(NDManager manager, Path path, Optional<Path> config, Precision precision)
      throws IOException {
    LoadedUvit loaded = UvitCheckpoint.open(path, config, precision, manager);
    return new RunnableUvit(
        ClassModel.nameOf(path),
        Hashes.of(loaded.sha256()),
        new UvitModel(manager, loaded.config(), loaded.weights()),
        precision,
        ClassNames.usual(loaded.config().classes()),
        ClassModel.autoencoderIn(path));
  }

  private UvitConfig config() {
    return denoiser.config();
  }

  @Override
  public Shape sampleShape() {
    return new Shape(config().inChans(), config().imgSize(), config().imgSize());
  }

  @Override
  public Guidance guidance(double scale) {
    return config().guidance(scale);
  }

  @Override
  public NoisePath noisePath() {
    return config().path();
  }

  /** As in the public code, which clips neither latents nor pixels on the way. */
  @Override
  public boolean clips() {
    return false;
  }

  @Override
  public String usualSampler() {
    return "dpm-singlestep";
  }

  @Override
  public double usualGuidance() {
    return config().nullLabel() ? GUIDANCE : 0;
  }

  @Override
  public Conditioning condition(NDManager owner, int... labels) {
    return denoiser.condition(owner, labels);
  }

  @Override
  public String settings() {
    return "U-ViT, noise path " + noisePath() + ", guidance " + guidance(0).convention().formula();
  }

  @Override
  public void close() {
    denoiser.close();
  }
}
