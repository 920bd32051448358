package io.harmonica.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.checkpoint.tensor.TensorSource;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Samplers against trajectories that diffusers' schedulers made with a tiny PixArt model and
 * guidance 4.5. The model itself is not needed here: beside the samples the file holds the guided
 * noise that it predicts for each of them, recomputed from its weights in double precision.
 */
class SamplerGoldenTest {
  /** Relative to the largest value of the step. */
  private static final float TOLERANCE = 1e-4f;

  private static final int STEPS = 8;

  static Stream<Arguments> samplers() {
    NoiseSchedule noise = NoiseSchedule.linear();
    StepSchedule linspace = noise.respace(STEPS, TimestepSpacing.LINSPACE);
    StepNoise none =
        (owner, step, shape) -> {
          throw new AssertionError("noise was asked for although tau is 0");
        };
    return Stream.of(
        Arguments.of("ddim", new DdimSampler(noise.respace(STEPS, TimestepSpacing.LEADING), false)),
        Arguments.of("dpmpp", new DpmSolverSampler(linspace, false)),
        Arguments.of(
            "sa_ode",
            new SaSolverSampler(
                linspace.endingAt(noise.alphaBar(0)),
                SaSolverSampler.Settings.deterministic(),
                false,
                none)));
  }

  @ParameterizedTest
  @MethodSource("samplers")
  void trajectoryIsThatOfDiffusers(String name, Sampler sampler)
      throws IOException, URISyntaxException {
    Path file =
        Path.of(getClass().getResource("/goldens/pixart-tiny/samplers.safetensors").toURI());
    try (NDManager manager = NDManager.newBaseManager();
        TensorSource golden = SafetensorsFile.open(file)) {
      int[] timesteps = golden.read(name + "_timesteps", manager).toIntArray();
      NDArray outputs = golden.read(name + "_outputs", manager);
      NDArray expected = golden.read(name + "_trajectory", manager);
      try (Trajectory trajectory =
          sampler.start(manager, golden.read("noise", manager), Prediction.NOISE)) {
        for (int step = 0; step < STEPS; step++) {
          assertThat(sampler.schedule().timestep(step)).isEqualTo(timesteps[step]);
          trajectory.advance(outputs.get(step));
          assertClose(trajectory.x(), expected.get(step), step);
        }
      }
    }
  }

  private static void assertClose(NDArray actual, NDArray expected, int step) {
    float difference = actual.sub(expected).abs().max().getFloat();
    float largest = expected.abs().max().getFloat();
    assertThat(difference).as("after step %d", step).isLessThan(TOLERANCE * largest);
  }
}
