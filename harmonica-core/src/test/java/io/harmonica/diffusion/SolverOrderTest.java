package io.harmonica.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Random;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How fast the samplers come closer to the solution of their equation as steps are added: an
 * order-p solver's error falls like T^-p. In double precision, so that rounding stays out of it.
 */
class SolverOrderTest {
  private static final GaussianToy TOY = new GaussianToy(0.7, 0.4);
  private static final NoisePath LINEAR = NoiseSchedule.linear();
  private static final NoisePath UVIT = NoiseSchedule.scaledLinear().countedFrom(1);
  private static final NoisePath FLOW = StraightPath.INSTANCE;

  /**
   * A solver and its numbers of steps. The order shows two thirds of the way, which both runs pass,
   * and not at the end: however many steps there are, the last ones each halve sigma or more, so
   * lambda's steps do not shrink there.
   *
   * @param few steps; three times as many are compared with it
   */
  private record Solver(
      String name, int order, NoisePath path, int few, IntFunction<Sampler> maker) {
    double error(int steps, int until) {
      Prediction prediction = path.isStraight() ? Prediction.VELOCITY : Prediction.NOISE;
      Sampler sampler = maker.apply(steps);
      try (NDManager manager = NDManager.newBaseManager()) {
        NDArray start = manager.create(new double[] {-1.3, 0.2, 2}, new Shape(1, 1, 1, 3));
        Trajectory trajectory = sampler.start(manager, start, prediction);
        TOY.run(sampler, trajectory, until, prediction);
        StepSchedule schedule = sampler.schedule();
        NDArray exact = TOY.solution(start, schedule.level(0), schedule.level(until));
        return exact.sub(trajectory.x()).abs().max().getDouble();
      }
    }

    @Override
    public String toString() {
      return name + " on " + path;
    }
  }

  static Stream<Solver> solvers() {
    return Stream.of(
        on(LINEAR, "ddim", 1, schedule -> new DdimSampler(schedule, false)),
        on(LINEAR, "dpmpp", 2, schedule -> new DpmSolverSampler(schedule, false)),
        sa(LINEAR, 1, 1),
        sa(LINEAR, 1, 2),
        sa(LINEAR, 2, 2),
        sa(LINEAR, 2, 3),
        sa(LINEAR, 3, 4),
        on(FLOW, "ddim", 1, schedule -> new DdimSampler(schedule, false)),
        on(FLOW, "dpmpp", 2, schedule -> new DpmSolverSampler(schedule, false)),
        sa(FLOW, 2, 2),
        new Solver("euler", 1, FLOW, 108, steps -> new EulerSampler(steps, false)),
        new Solver("heun", 2, FLOW, 108, steps -> new HeunSampler(steps, false)),
        singlestep(LINEAR),
        singlestep(UVIT),
        singlestep(VpSde.INSTANCE),
        fast(UVIT),
        fast(VpSde.INSTANCE));
  }

  /** 111 and 333 divide 999, so that rounding the times does not disturb the grid. */
  private static Solver on(
      NoisePath path, String name, int order, Function<StepSchedule, Sampler> maker) {
    return new Solver(
        name,
        order,
        path,
        111,
        steps -> maker.apply(path.respace(steps, TimestepSpacing.LINSPACE)));
  }

  /** A corrector gains its order if the predictor is at most one below. */
  private static Solver sa(NoisePath path, int predictor, int corrector) {
    var settings = new SaSolverSampler.Settings(predictor, corrector, ahead -> 0);
    return on(
        path,
        "sa " + predictor + ", " + corrector,
        Math.min(predictor + 1, corrector),
        schedule -> new SaSolverSampler(schedule, settings, false, StepNoise.seeded(0)));
  }

  private static Solver singlestep(NoisePath path) {
    return new Solver(
        "dpm-singlestep", 2, path, 108, steps -> new DpmSinglestepSampler(path, steps, false));
  }

  private static Solver fast(NoisePath path) {
    return new Solver("dpm-fast", 3, path, 108, steps -> new DpmFastSampler(path, steps, false));
  }

  @ParameterizedTest
  @MethodSource("solvers")
  void errorFallsWithTheOrder(Solver solver) {
    int few = solver.few();
    double fall = solver.error(few, few * 2 / 3) / solver.error(3 * few, few * 2);
    assertThat(Math.log(fall) / Math.log(3)).isCloseTo(solver.order(), within(0.3));
  }

  @ParameterizedTest
  @MethodSource("solvers")
  void endsAtTheSolution(Solver solver) {
    assertThat(solver.error(3 * solver.few(), 3 * solver.few())).isLessThan(0.01);
  }

  /**
   * Strong order 1, since the noise that is added does not depend on x: along one path of the
   * noise, the distance from a run of very many steps falls like 1 / T.
   */
  @ParameterizedTest
  @EnumSource(SdeSampler.Diffusion.class)
  void stochasticErrorFallsAlongOnePath(SdeSampler.Diffusion diffusion) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray finest = stochastic(manager, diffusion, 2048);
      double few = distance(stochastic(manager, diffusion, 64), finest);
      double many = distance(stochastic(manager, diffusion, 256), finest);
      assertThat(Math.log(few / many) / Math.log(4)).isCloseTo(1, within(0.3));
    }
  }

  private static double distance(NDArray one, NDArray other) {
    return Math.sqrt(one.sub(other).square().mean().getDouble());
  }

  /** Runs a number of even moves; the noise of a move is that of the fine moves within it. */
  private static NDArray stochastic(NDManager manager, SdeSampler.Diffusion diffusion, int moves) {
    int fine = 2048 / moves;
    Shape shape = new Shape(1, 1, 1, 200);
    boolean late = diffusion == SdeSampler.Diffusion.SBDM;
    StepNoise noise =
        (owner, step, size) -> {
          NDArray sum = owner.zeros(size, DataType.FLOAT64);
          int first = (step + (late ? 1 : 0)) * fine;
          for (int i = first; i < first + fine; i++) {
            NDArray drawn = Noise.normal(owner, new Random(i), size);
            sum = sum.add(drawn.toType(DataType.FLOAT64, false));
          }
          return sum.div(Math.sqrt(fine));
        };
    Sampler sampler = new SdeSampler(late ? moves : moves + 1, diffusion, false, noise);
    NDArray start = Noise.normal(manager, new Random(-1), shape).toType(DataType.FLOAT64, true);
    Trajectory trajectory = sampler.start(manager, start, Prediction.VELOCITY);
    TOY.run(sampler, trajectory, sampler.schedule().steps(), Prediction.VELOCITY);
    return trajectory.x();
  }
}
