package io.harmonica.examples.cli;

import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.Sampler;
import io.harmonica.examples.sampling.RunnableModel;
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
      defaultValue = "1.5",
      description = "guidance scale, 1 for none (${DEFAULT-VALUE})")
  private double scale;

  @Option(
      names = "--sampler",
      defaultValue = "ddim",
      description = "ddim, ddpm, dpmpp or sa; a router serves one alone (${DEFAULT-VALUE})")
  private String name;

  int steps() {
    return steps;
  }

  Sampler sampler(RunnableModel model, long seed) {
    return model.sampler(name, steps, seed);
  }

  Guidance guidance(RunnableModel model) {
    return model.guidance(scale);
  }
}
