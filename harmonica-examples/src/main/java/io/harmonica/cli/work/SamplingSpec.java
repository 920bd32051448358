package io.harmonica.cli.work;

import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.ImageRequest;
import java.io.Serializable;

/**
 * How trajectories run, in values that travel to other processes.
 *
 * @param steps number of steps T
 * @param guidance scale s, or null for the model's usual one
 * @param sampler its name, or null for the model's usual one
 */
public record SamplingSpec(int steps, Double guidance, String sampler) implements Serializable {

  /**
   * Describes such a run of a model.
   *
   * @param pipeline the model
   * @return the run
   */
  public SamplingSetup setup(DiffusionPipeline pipeline) {
    SamplingSetup setup = sampler == null ? pipeline.setup(steps) : pipeline.setup(steps, sampler);
    return guidance == null ? setup : setup.withGuidance(guidance);
  }

  /**
   * Asks for images of such a run.
   *
   * @param request which images
   * @return the request
   */
  public ImageRequest apply(ImageRequest request) {
    ImageRequest asked = request.steps(steps);
    asked = sampler == null ? asked : asked.sampler(sampler);
    return guidance == null ? asked : asked.guidance(guidance);
  }
}
