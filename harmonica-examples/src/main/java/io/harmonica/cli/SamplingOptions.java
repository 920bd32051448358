package io.harmonica.cli;

import io.harmonica.cli.work.SamplingSpec;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.ImageRequest;
import picocli.CommandLine.Option;

/** How a trajectory runs: what a router is trained for and has to be used with. */
final class SamplingOptions {
  @Option(
      names = "--steps",
      required = true,
      paramLabel = "T",
      description = "steps of a trajectory; a router serves one number alone")
  private int steps;

  @Option(
      names = "--guidance",
      description =
          "guidance scale s: uncond + s (cond - uncond), 1 for none; for a U-ViT, as its authors"
              + " write it, cond + s (cond - uncond), 0 for none (what the model is used with)")
  private Double scale;

  @Option(
      names = "--sampler",
      paramLabel = "NAME",
      completionCandidates = SamplerNames.class,
      description =
          "${COMPLETION-CANDIDATES}, of which each model takes some. Steps count calls of the model,"
              + " and a router serves one sampler alone (what the model is used with)")
  private String name;

  int steps() {
    return steps;
  }

  /** The options, for other processes too. */
  SamplingSpec spec() {
    return new SamplingSpec(steps, scale, name);
  }

  /** The run that the options ask for. */
  SamplingSetup setup(DiffusionPipeline pipeline) {
    return spec().setup(pipeline);
  }

  /** The same for images. */
  ImageRequest apply(ImageRequest request) {
    return spec().apply(request);
  }
}
