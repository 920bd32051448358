package io.harmonica.cli;

import io.harmonica.cli.sampling.RunnableModel;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.Sampler;
import io.harmonica.diffusion.SamplingSetup;
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
      description = "guidance scale, 1 for none (1.5 for a DiT, 4.5 for PixArt)")
  private Double scale;

  @Option(
      names = "--sampler",
      description =
          "ddim, ddpm, dpmpp or sa; a router serves one alone (ddim for a DiT, for PixArt what its"
              + " scheduler_config.json says)")
  private String name;

  int steps() {
    return steps;
  }

  Sampler sampler(RunnableModel model, long seed) {
    return sampler(model, steps, seed);
  }

  /** The same sampler with another number of steps. */
  Sampler sampler(RunnableModel model, int steps, long seed) {
    return name == null ? model.usualSampler(steps, seed) : model.sampler(name, steps, seed);
  }

  /** The run that the options ask for. */
  SamplingSetup setup(RunnableModel model) {
    return model.setup((count, seed) -> sampler(model, count, seed), steps, guidance(model));
  }

  Guidance guidance(RunnableModel model) {
    return model.guidance(scale == null ? model.usualGuidance() : scale);
  }
}
