package io.harmonica.cli.papertable;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The files of a model and of what it is judged by.
 *
 * @param model a checkpoint or the folder of a pipeline
 * @param autoencoder what makes images of latents; empty if the model brings it
 * @param prompts what a model of words is to show, one a line; empty for a model of classes
 * @param reference the images that samples are compared with
 * @param routers published routers that are there already, by the study's name
 */
public record StudyFiles(
    Path model,
    Optional<Path> autoencoder,
    Optional<Path> prompts,
    Path reference,
    Map<String, Path> routers) {

  /**
   * Copies the routers.
   *
   * @param model see the record
   * @param autoencoder see the record
   * @param prompts see the record
   * @param reference see the record
   * @param routers see the record
   */
  public StudyFiles {
    routers = Map.copyOf(routers);
  }
}
