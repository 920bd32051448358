package io.harmonica.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How fast the deterministic samplers come closer to the solution of the ODE as steps are added: an
 * order-p solver's error falls like T^-p. In double precision, so that rounding stays out of it.
 */
class SolverOrderTest {
  private static final GaussianToy TOY = new GaussianToy(0.7, 0.4);

  /** Numbers of steps that divide 999, so that rounding the times does not disturb the grid. */
  private static final int FEW = 111;

  private static final int MANY = 333;

  /**
   * A time that both trajectories pass. The order shows before the end only: however many steps
   * there are, the last ones each halve sigma or more, so lambda's steps do not shrink there.
   */
  private static final int TIME = 333;

  private record Solver(String name, int order, Function<StepSchedule, Sampler> maker) {
    double error(int steps, int time) {
      StepSchedule schedule = NoiseSchedule.linear().respace(steps, TimestepSpacing.LINSPACE);
      Sampler sampler = maker.apply(schedule);
      int until = steps - steps * time / 999;
      try (NDManager manager = NDManager.newBaseManager()) {
        NDArray start = manager.create(new double[] {-1.3, 0.2, 2}, new Shape(1, 1, 1, 3));
        Trajectory trajectory = sampler.start(manager, start);
        TOY.run(sampler, trajectory, until);
        double to = schedule.alphaBarAfter(until - 1);
        NDArray exact = TOY.solution(start, schedule.alphaBar(0), to);
        return exact.sub(trajectory.x()).abs().max().getDouble();
      }
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Solver> solvers() {
    return Stream.of(
        new Solver("ddim", 1, schedule -> new DdimSampler(schedule, false)),
        new Solver("dpmpp", 2, schedule -> new DpmSolverSampler(schedule, false)),
        sa(1, 1),
        sa(1, 2),
        sa(2, 2),
        sa(2, 3),
        sa(3, 4));
  }

  /** A corrector gains its order if the predictor is at most one below. */
  private static Solver sa(int predictor, int corrector) {
    var settings = new SaSolverSampler.Settings(predictor, corrector, time -> 0);
    return new Solver(
        "sa " + predictor + ", " + corrector,
        Math.min(predictor + 1, corrector),
        schedule -> new SaSolverSampler(schedule, settings, false, StepNoise.seeded(0)));
  }

  @ParameterizedTest
  @MethodSource("solvers")
  void errorFallsWithTheOrder(Solver solver) {
    double fall = solver.error(FEW, TIME) / solver.error(MANY, TIME);
    double slope = Math.log(fall) / Math.log((double) MANY / FEW);
    assertThat(slope).isCloseTo(solver.order(), within(0.3));
  }

  @ParameterizedTest
  @MethodSource("solvers")
  void endsAtTheSolution(Solver solver) {
    assertThat(solver.error(MANY, 0)).isLessThan(0.01);
  }
}
