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
          "guidance scale s: uncond + s (cond - uncond), 1 for none (1.5 for a DiT or SiT, 4.5 for"
              + " PixArt); for a U-ViT cond + s (cond - uncond), 0 for none (0.4)")
  private Double scale;

  @Option(
      names = "--sampler",
      description =
          "ddim, ddpm, dpmpp or sa; for a SiT also euler, heun, sde or sde-sbdm, for others"
              + " dpm-singlestep or dpm-fast. Steps count calls of the model, and a router serves one"
              + " sampler alone (ddim for a DiT, euler for a SiT, dpm-singlestep for a U-ViT, for"
              + " PixArt what its scheduler_config.json says)")
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
