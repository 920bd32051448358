package io.harmonica.cli;

import ai.djl.ndarray.NDManager;
import io.harmonica.calibration.LinearCalibration;
import io.harmonica.calibration.SmoothCacheCalibration;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.policy.LinearPolicy;
import io.harmonica.policy.LinearPolicyFile;
import io.harmonica.policy.SmoothCacheFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures what SmoothCache and the linear predictor need to know of a model. */
@Command(
    name = "calibrate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Measures what a rival needs to know of a model, in one run that computes everything: the"
            + " profile by which SmoothCache plans, or the weights of a linear predictor.")
final class CalibrateCommand implements Callable<Integer> {
  /** Whose calibration it is. */
  enum Method {
    SMOOTHCACHE,
    LINEAR;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Mixin private TrainedModelOptions modelOptions;
  @Mixin private SamplingOptions sampling;

  @Option(
      names = "--method",
      defaultValue = "smoothcache",
      description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE})")
  private Method method;

  @Mixin private LinearOptions linear;

  @Option(
      names = "--batch",
      defaultValue = "16",
      description = "samples to measure, of classes or prompts drawn at random (${DEFAULT-VALUE})")
  private int batch;

  @Option(
      names = "--max-gap",
      paramLabel = "STEPS",
      description =
          "smoothcache: how many steps an output may be reused for at most ("
              + SmoothCacheCalibration.MAX_GAP
              + ")")
  private Integer gap;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "the seed of noise and requests (${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "where the profile or the weights go, a safetensors file")
  private Path out;

  @Mixin private DeviceOption device;

  @Override
  public Integer call() throws IOException {
    if (batch < 1) {
      throw new IllegalArgumentException("--batch is " + batch + ", expected at least 1");
    }
    if (method == Method.LINEAR && gap != null) {
      throw new IllegalArgumentException("--max-gap is for --method smoothcache");
    }
    linear.check(method == Method.LINEAR);
    Outputs.requireFolderOf(out);
    try (NDManager manager = device.open();
        DiffusionPipeline pipeline = modelOptions.open(manager)) {
      SamplingSetup setup = sampling.setup(pipeline);
      if (method == Method.LINEAR) {
        fit(manager, setup);
      } else {
        measure(manager, setup);
      }
    }
    return 0;
  }

  private void measure(NDManager manager, SamplingSetup setup) throws IOException {
    int most = gap == null ? SmoothCacheCalibration.MAX_GAP : gap;
    SmoothCacheFile.write(out, SmoothCacheCalibration.measure(manager, setup, batch, seed, most));
    System.out.printf("profile %s: use it as --policy smoothcache:cur=0.4:%s%n", out, out);
  }

  private void fit(NDManager manager, SamplingSetup setup) throws IOException {
    LinearPolicy fitted =
        LinearCalibration.measure(
            manager, setup, batch, seed, linear.plan(setup), linear.terms(), linear.perHalf());
    LinearPolicyFile.write(out, fitted);
    System.out.printf(
        "weights %s: CUR %.1f%%; use them as --policy linear:%s%n",
        out, 100 * fitted.fitted().cacheUtilisation(), out);
  }
}
