package io.harmonica.cli.sampling;

import ai.djl.ndarray.types.Shape;
import io.harmonica.diffusion.ConditioningSource;
import io.harmonica.diffusion.Denoiser;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.ModelIdentity;
import io.harmonica.diffusion.Sampler;
import io.harmonica.diffusion.SamplerFactory;
import io.harmonica.diffusion.Samplers;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.kernel.Precision;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A model ready to run, with all that sampling, training and provenance need to know about it. */
public interface RunnableModel extends AutoCloseable {

  /**
   * Names the model.
   *
   * @return its file's or folder's name
   */
  String name();

  /**
   * Identifies the weights.
   *
   * @return SHA-256 in hexadecimal
   */
  String hash();

  /**
   * Tells what its matrices are multiplied in.
   *
   * @return the precision
   */
  Precision precision();

  /**
   * Returns the network.
   *
   * @return the network, which {@link #close} frees
   */
  Denoiser denoiser();

  /**
   * Returns the shape of one sample.
   *
   * @return [C, H, W]
   */
  Shape sampleShape();

  /**
   * Tells how large the features are that a cache may hold.
   *
   * @return values that one branch puts out for one sample
   */
  long featureSize();

  /**
   * Returns guidance of a scale for this model.
   *
   * @param scale s; 1 for none
   * @return the guidance
   */
  Guidance guidance(double scale);

  /**
   * Returns a sampler for this model by its name.
   *
   * @param name one of {@link Samplers#names()}
   * @param steps T
   * @param seed the seed of the added noise
   * @return the sampler
   * @throws IllegalArgumentException if there is no such sampler
   */
  Sampler sampler(String name, int steps, long seed);

  /**
   * Returns the sampler that the model is used with where nobody asks for another.
   *
   * @param steps T
   * @param seed the seed of the added noise
   * @return the sampler
   * @throws IllegalArgumentException if T is out of range
   */
  Sampler usualSampler(int steps, long seed);

  /**
   * Returns the guidance scale that the model is used with where nobody asks for another.
   *
   * @return s
   */
  double usualGuidance();

  /**
   * Returns the source of conditioning for router training.
   *
   * @return the source
   */
  ConditioningSource trainingBatches();

  /**
   * Describes how the model is run beside its weights, for what must not be mixed up.
   *
   * @return for example schedule, clipping and guided channels
   */
  String settings();

  /**
   * Returns what the file of a router that was trained on this model should say of its training,
   * beside the trainer's own settings.
   *
   * @return texts by name
   */
  default Map<String, String> trainingSettings() {
    return Map.of();
  }

  /**
   * Returns the autoencoder that the model was published with.
   *
   * @return its folder, if the model came with one
   */
  default Optional<Path> autoencoder() {
    return Optional.empty();
  }

  /**
   * Describes a run of this model.
   *
   * @param samplers makes the sampler
   * @param steps number of steps T
   * @param guidance the guidance
   * @return the setup; the model stays this object's
   */
  default SamplingSetup setup(SamplerFactory samplers, int steps, Guidance guidance) {
    Map<String, String> settings = new TreeMap<>(trainingSettings());
    settings.put("precision", precision().text());
    return new SamplingSetup(
        denoiser(),
        new ModelIdentity(name(), hash(), settings),
        samplers,
        steps,
        guidance,
        sampleShape(),
        trainingBatches());
  }

  /** Frees the model; the weights stay with the manager they were read under. */
  @Override
  void close();
}
