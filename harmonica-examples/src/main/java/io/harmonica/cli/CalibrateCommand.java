package io.harmonica.cli;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.Sampler;
import io.harmonica.cli.sampling.RunnableModel;
import io.harmonica.plan.ModelFit;
import io.harmonica.policy.SmoothCacheFile;
import io.harmonica.policy.SmoothCacheProfile;
import io.harmonica.calibration.SmoothCacheCalibration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
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
        RunnableModel model = modelOptions.open(manager)) {
      SmoothCacheFile.write(out, measure(manager, model));
    }
    System.out.printf("profile %s: use it as --policy smoothcache:cur=0.4:%s%n", out, out);
    return 0;
  }

  private SmoothCacheProfile measure(NDManager manager, RunnableModel model) {
    Sampler sampler = sampling.sampler(model, seed);
    Guidance guidance = sampling.guidance(model);
    Random random = Noise.random(seed, 0);
    Map<String, String> settings = new TreeMap<>(model.trainingSettings());
    settings.put("seed", Long.toString(seed));
    settings.put("guidance", Double.toString(guidance.scale()));
    settings.put("guided_channels", Integer.toString(guidance.channels()));
    settings.put("precision", model.precision().text());
    settings.put("library_version", LibraryVersion.text());
    NDArray noise = Noise.normal(manager, random, new Shape(batch).addAll(model.sampleShape()));
    try (GuidedDenoiser guided =
        new GuidedDenoiser(
            manager,
            model.denoiser(),
            model.trainingBatches().draw(manager, random, batch),
            guidance)) {
      return SmoothCacheCalibration.measure(
          manager,
          guided,
          sampler,
          noise,
          gap,
          new ModelFit(model.name(), model.hash(), sampler.name()),
          settings);
    }
  }
}
