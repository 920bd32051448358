package io.harmonica.pipeline;

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
import io.harmonica.text.Prompts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A model as a pipeline runs it: the network, and all that sampling, training and provenance need
 * to know about it. A model is asked for classes or for words; it refuses the other.
 */
public interface RunnableModel extends AutoCloseable {

  /** {@return its file's or folder's name} */
  String name();

  /** {@return SHA-256 of the weights in hexadecimal} */
  String hash();

  /** {@return what its matrices are multiplied in} */
  Precision precision();

  /** {@return the network, which {@link #close} frees} */
  Denoiser denoiser();

  /** {@return the shape of one sample, [C, H, W]} */
  Shape sampleShape();

  /**
   * {@return values that one branch puts out for one sample: what a cache may hold of it; 0 if
   * unknown}
   */
  default long featureSize() {
    return denoiser().featureSize();
  }

  /**
   * Returns guidance of a scale for this model.
   *
   * @param scale s as the model's authors write it, see {@link Guidance.Convention}
   * @return the guidance
   * @throws IllegalArgumentException if the scale is less than none
   */
  Guidance guidance(double scale);

  /**
   * Returns a sampler for this model by its name.
   *
   * @param name one of {@link Samplers#names()}
   * @param steps T
   * @param seed the seed of the added noise
   * @return the sampler
   * @throws IllegalArgumentException if there is no such sampler or T is out of range
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

  /** {@return the guidance scale s that the model is used with where nobody asks for another} */
  double usualGuidance();

  /** {@return where a training's labels or prompts come from} */
  ConditioningSource trainingBatches();

  /** {@return how the model is run beside its weights: schedule, clipping, guided channels} */
  String settings();

  /**
   * {@return what the file of a router that was trained on this model says of its training, beside
   * the trainer's own settings}
   */
  default Map<String, String> trainingSettings() {
    return Map.of();
  }

  /** {@return the folder of the autoencoder that came with the model, if one did} */
  default Optional<Path> autoencoder() {
    return Optional.empty();
  }

  /** {@return what its classes are called; empty for a model of words} */
  default Optional<ClassNames> classes() {
    return Optional.empty();
  }

  /**
   * Asks for images of classes.
   *
   * @param labels each from 0 to the number of classes - 1; checked when the conditioning is made
   * @return what the images are to show
   * @throws IllegalArgumentException if the model knows no classes
   */
  default ImageSubjects labels(int... labels) {
    throw new IllegalArgumentException(
        name() + " knows words and no classes: ask for prompts instead");
  }

  /**
   * Asks for images of words. Prompts that the model has not met are encoded first.
   *
   * @param prompts the prompts
   * @return what the images are to show, one for each prompt
   * @throws IOException if the text encoder's files are missing or damaged
   * @throws IllegalArgumentException if the model knows no words
   */
  default ImageSubjects prompts(Prompts prompts) throws IOException {
    throw new IllegalArgumentException(
        name() + " knows classes and no words: ask for classes or labels instead");
  }

  /**
   * Asks for images of all classes in turn, or of all prompts that the model was opened with.
   *
   * @param count how many images
   * @return what they are to show
   * @throws IllegalStateException if the model of words was opened with none
   */
  ImageSubjects inTurn(int count);

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
