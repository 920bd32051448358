package io.harmonica.cli;

import picocli.CommandLine.Option;

/** What random weights are drawn from. */
final class WeightsSeedOption {
  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "the weights' seed (${DEFAULT-VALUE})")
  private long seed;

  long value() {
    return seed;
  }
}
