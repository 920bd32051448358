package io.harmonica.pipeline;

import ai.djl.ndarray.NDManager;
import io.harmonica.model.Footprint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * A kind of model that {@link DiffusionPipeline#open} can open. Families are found with {@link
 * ServiceLoader}: one joins with a class of its own and a line in {@code
 * META-INF/services/io.harmonica.pipeline.ModelFamily}. Of several that recognise a path, the first
 * in that list opens it.
 */
public interface ModelFamily {

  /** {@return what {@link PipelineOptions#family(String)} calls the family, such as {@code dit}} */
  String name();

  /**
   * {@return the pipelines in the diffusers layout that the family opens, as {@code _class_name} in
   * their {@code model_index.json} calls them}
   */
  List<String> pipelineClasses();

  /**
   * Tells whether a path without {@code model_index.json} is a model of this family. Looks at names
   * and descriptions only.
   *
   * @param path any path, also one that is not there
   * @param options how it will be opened, of which the configuration may tell
   * @return true to open it
   * @throws IOException if a file cannot be read
   */
  boolean recognises(Path path, PipelineOptions options) throws IOException;

  /**
   * Tells on paper what a model of a public size takes. Nothing is read.
   *
   * @param size a name as the authors write it, such as {@code DiT-XL/2}
   * @param pixels height and width of its images
   * @return what it takes, or nothing if the name is none of this family's
   * @throws IllegalArgumentException if the family has no such size, or no such images
   */
  Optional<Footprint> footprint(String size, int pixels);

  /**
   * Opens a model.
   *
   * @param manager owns the weights
   * @param path a checkpoint or folder
   * @param options how to open it; what makes no sense for the family is refused
   * @return the model, which the caller closes before the manager
   * @throws IOException if a file is missing or damaged
   * @throws IllegalArgumentException if files and options do not fit together
   */
  RunnableModel open(NDManager manager, Path path, PipelineOptions options) throws IOException;
}
