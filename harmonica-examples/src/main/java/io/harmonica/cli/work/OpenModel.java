package io.harmonica.cli.work;

import io.harmonica.pipeline.DiffusionPipeline;

/**
 * The bench of the command line's pieces of work.
 *
 * @param pipeline the model
 */
public record OpenModel(DiffusionPipeline pipeline) implements AutoCloseable {
  @Override
  public void close() {
    pipeline.close();
  }
}
