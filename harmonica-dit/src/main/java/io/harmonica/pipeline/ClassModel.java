package io.harmonica.pipeline;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.Conditioning;
import io.harmonica.diffusion.ConditioningSource;
import io.harmonica.diffusion.NoisePath;
import io.harmonica.diffusion.Sampler;
import io.harmonica.diffusion.Samplers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What all class-conditional models have in common when they run. */
public interface ClassModel extends RunnableModel {

  /** {@return what its classes are called} */
  ClassNames names();

  /** {@return how its training mixed image and noise} */
  NoisePath noisePath();

  /** {@return whether samplers clip the predicted x_0 to [-1, 1], right for pixels alone} */
  boolean clips();

  /** {@return the name of the sampler that it is used with where nobody asks for another} */
  String usualSampler();

  /**
   * Makes the conditioning of classes.
   *
   * @param owner owns the arrays
   * @param labels each from 0 to the number of classes - 1
   * @return one row for each label
   * @throws IllegalArgumentException if there is no such class
   */
  Conditioning condition(NDManager owner, int... labels);

  @Override
  default Sampler sampler(String name, int steps, long seed) {
    return Samplers.parse(name, noisePath(), steps, clips(), seed);
  }

  @Override
  default Sampler usualSampler(int steps, long seed) {
    return sampler(usualSampler(), steps, seed);
  }

  /** Labels drawn uniformly. */
  @Override
  default ConditioningSource trainingBatches() {
    return (owner, random, count) ->
        condition(owner, random.ints(count, 0, names().count()).toArray());
  }

  @Override
  default Optional<ClassNames> classes() {
    return Optional.of(names());
  }

  @Override
  default ImageSubjects labels(int... labels) {
    return new ClassSubjects(this::condition, names(), labels);
  }

  @Override
  default ImageSubjects inTurn(int count) {
    return labels(names().spread(count));
  }

  /**
   * Looks for the autoencoder in a model's folder.
   *
   * @param path a checkpoint or folder
   * @return the folder {@code vae} in it, if there is one
   */
  static Optional<Path> autoencoderIn(Path path) {
    return Optional.of(path.resolve("vae")).filter(Files::isDirectory);
  }

  /**
   * Names a model.
   *
   * @param path a checkpoint or folder
   * @return the last part of the path
   */
  static String nameOf(Path path) {
    return path.toAbsolutePath().normalize().getFileName().toString();
  }
}
