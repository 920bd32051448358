package io.harmonica.cli;

import ai.djl.ndarray.NDManager;
import io.harmonica.calibration.SmoothCacheCalibration;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.policy.SmoothCacheFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how outputs change from step to step, for SmoothCache. */
@Command(
    name = "calibrate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Measures the profile by which SmoothCache plans: one run that computes everything.")
final class CalibrateCommand implements Callable<Integer> {
  @Mixin private TrainedModelOptions modelOptions;
  @Mixin private SamplingOptions sampling;

  @Option(
      names = "--batch",
      defaultValue = "16",
      description = "samples to measure, of classes or prompts drawn at random (${DEFAULT-VALUE})")
  private int batch;

  @Option(
      names = "--max-gap",
      defaultValue = "" + SmoothCacheCalibration.MAX_GAP,
      description = "how many steps an output may be reused for at most (${DEFAULT-VALUE})")
  private int gap;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "the seed of noise and requests (${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "where the profile goes, a safetensors file")
  private Path out;

  @Mixin private DeviceOption device;

  @Override
  public Integer call() throws IOException {
    if (batch < 1) {
      throw new IllegalArgumentException("--batch is " + batch + ", expected at least 1");
    }
    Outputs.requireFolderOf(out);
    try (NDManager manager = device.open();
        DiffusionPipeline pipeline = modelOptions.open(manager)) {
      SmoothCacheFile.write(
          out, SmoothCacheCalibration.measure(manager, sampling.setup(pipeline), batch, seed, gap));
    }
    System.out.printf("profile %s: use it as --policy smoothcache:cur=0.4:%s%n", out, out);
    return 0;
  }
}
