package io.harmonica.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of DPM-Solver++'s steps are of first order, where they are those of DDIM. */
final class DpmSolverSamplerTest {
  private static final NoiseSchedule NOISE = NoiseSchedule.linear();

  /** Noise that is another one at each step, so that second order makes a difference. */
  private static void advance(Trajectory trajectory, int step) {
    try (NDArray x = trajectory.x().duplicate();
        NDArray noise = x.sign().mul(Math.cos(step))) {
      trajectory.advance(noise);
    }
  }

  /** How far DPM-Solver++ and DDIM come apart in one step from the same sample. */
  private static double difference(StepSchedule schedule, int step) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray start = manager.create(new double[] {-1.3, 0.2, 2}, new Shape(1, 1, 1, 3));
      Trajectory solver =
          new DpmSolverSampler(schedule, false).start(manager, start, Prediction.NOISE);
      for (int before = 0; before < step; before++) {
        advance(solver, before);
      }
      Trajectory ddim =
          new DdimSampler(schedule, false).from(step).start(manager, solver.x(), Prediction.NOISE);
      advance(solver, step);
      advance(ddim, step);
      return solver.x().sub(ddim.x()).abs().max().getDouble();
    }
  }

  /** As in diffusers: the first step, and of fewer than 15 steps the last one too. */
  @ParameterizedTest
  @CsvSource({"14, 0, true", "14, 12, false", "14, 13, true", "15, 1, false", "15, 14, false"})
  void shortTrajectoriesEndAtFirstOrder(int steps, int step, boolean first) {
    StepSchedule schedule =
        NOISE.respace(steps, TimestepSpacing.LINSPACE).endingAt(NOISE.alphaBar(0));
    assertThat(difference(schedule, step) < 1e-9).isEqualTo(first);
  }

  /** At the image itself lambda is infinite, and a second order has nothing to go by. */
  @ParameterizedTest
  @CsvSource({"15, 14, true", "30, 29, true", "30, 28, false"})
  void theStepToTheImageIsOfFirstOrder(int steps, int step, boolean first) {
    StepSchedule schedule = NOISE.respace(steps, TimestepSpacing.LINSPACE);
    assertThat(difference(schedule, step) < 1e-9).isEqualTo(first);
  }
}
