package io.harmonica.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.diffusion.Conditioning;
import io.harmonica.diffusion.DdimSampler;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.diffusion.Sampler;
import io.harmonica.dit.DitConfig;
import io.harmonica.dit.DitModel;
import io.harmonica.dit.DitWeights;
import io.harmonica.plan.TaylorForecast;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Both training trajectories of the reference data, number by number. */
final class SdtGoldenTest {
  private static final int STEPS = 10;
  private static final double BETA = 7e-8;
  private static final double LEARNING_RATE = 0.01;
  private static final double TAU = 0.1;
  private static final double TOLERANCE = 1e-4;

  @Test
  void trajectoriesMatchThePublicCode() throws IOException, URISyntaxException {
    Path folder = Path.of(SdtGoldenTest.class.getResource("/goldens/dit-tiny").toURI());
    DitConfig config = DitConfig.fromJson(Files.readString(folder.resolve("config.json")));
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        SafetensorsFile expected = SafetensorsFile.open(folder.resolve("expected.safetensors"));
        SafetensorsFile weights = SafetensorsFile.open(folder.resolve("dit.safetensors"));
        DitModel model = new DitModel(manager, config, DitWeights.load(manager, config, weights))) {
      TrainableRouter router = TrainableRouter.of(flipped(expected.readFloats("logits0")));
      NDArray noises = expected.read("train.noise", manager);
      NDArray labels = expected.read("train.labels", manager);
      for (int k = 0; k < 2; k++) {
        Conditioning conditioning = model.condition(manager, labels.get(k).toIntArray());
        try (GuidedDenoiser guided =
            new GuidedDenoiser(manager, model, conditioning, new Guidance(1.5, 3))) {
          new Check(expected, "train." + k + ".", router, guided).run(manager, noises.get(k));
        }
      }
      assertClose(flat(router), flipped(expected, "logits_final"), "logits_final");
    }
  }

  /** One trajectory. */
  private record Check(
      SafetensorsFile expected, String prefix, TrainableRouter router, GuidedDenoiser model) {

    void run(NDManager manager, NDArray noise) throws IOException {
      Sampler sampler = new DdimSampler(NoiseSchedule.linear().respace(STEPS), false);
      float[] leaveOneOut = measure(manager, sampler, noise, ImageErrorProxy.LEAVE_ONE_OUT);
      assertClose(
          leaveOneOut,
          reversed(expected.readFloats(prefix + "lambda_leave_one_out")),
          prefix + "leave-one-out");
      float[] lambda = measure(manager, sampler, noise, ImageErrorProxy.CUMULATIVE);
      assertClose(
          lambda,
          reversed(expected.readFloats(prefix + "lambda_cumulative")),
          prefix + "cumulative");

      // The reference's own lambda: that of late steps is a difference between almost equal images,
      // whose rounding would otherwise show in gradients of the size of beta.
      float[] reference = reversed(expected.readFloats(prefix + "lambda_cumulative"));
      SdtObjective objective =
          new SdtObjective(reference, BETA, router.branches(), TAU, StudentRule.BLEND);
      float[][] samples = new float[STEPS][];
      SdtResult result =
          new SdtTrajectory(model, sampler, router, objective)
              .run(manager, noise, (step, x) -> samples[step] = x.toFloatArray());
      for (int step = 1; step < STEPS; step++) {
        String name = prefix + "step." + (STEPS - 1 - step) + ".";
        router.update(step, result.gradient()[step], LEARNING_RATE);
        assertClose(new float[] {result.error()[step]}, expected, name + "mse");
        assertClose(new float[] {result.loss()[step]}, expected, name + "loss");
        assertClose(result.gradient()[step], expected, name + "grad");
        assertClose(router.logits(step), expected, name + "logits");
        assertClose(samples[step], expected, name + "x");
      }
    }

    private float[] measure(
        NDManager manager, Sampler sampler, NDArray noise, ImageErrorProxy proxy) {
      ProxyMeasurement measurement =
          new ProxyRollout(
                  proxy, model, sampler, router, StudentRule.BLEND, TAU, new TaylorForecast(0))
              .measure(manager, noise);
      assertThat(measurement.forwards()).isEqualTo(STEPS + STEPS * (STEPS - 1) / 2);
      return measurement.imageError();
    }
  }

  static void assertClose(float[] actual, SafetensorsFile expected, String name)
      throws IOException {
    assertClose(actual, expected.readFloats(name), name);
  }

  static void assertClose(float[] actual, float[] expected, String name) {
    assertThat(actual).as(name).hasSameSizeAs(expected);
    float largest = 0;
    float worst = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      worst = Math.max(worst, Math.abs(expected[i] - actual[i]));
    }
    assertThat((double) worst)
        .as("%s: largest error, of %s", name, largest)
        .isLessThanOrEqualTo(TOLERANCE * largest);
  }

  private static float[] reversed(float[] rows) {
    float[] reversed = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      reversed[i] = rows[rows.length - 1 - i];
    }
    return reversed;
  }

  /** Public files count steps from the last one run: turns their rows into execution order. */
  static float[][] flipped(float[] flat) {
    int branches = flat.length / STEPS;
    float[][] rows = new float[STEPS][branches];
    for (int step = 0; step < STEPS; step++) {
      System.arraycopy(flat, (STEPS - 1 - step) * branches, rows[step], 0, branches);
    }
    return rows;
  }

  private static float[] flipped(SafetensorsFile expected, String name) throws IOException {
    return flat(TrainableRouter.of(flipped(expected.readFloats(name))));
  }

  private static float[] flat(TrainableRouter router) {
    float[] flat = new float[router.steps() * router.branches()];
    for (int step = 0; step < router.steps(); step++) {
      System.arraycopy(router.logits(step), 0, flat, step * router.branches(), router.branches());
    }
    return flat;
  }
}
