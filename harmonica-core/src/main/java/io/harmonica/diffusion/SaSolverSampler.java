package io.harmonica.diffusion;

import static io.harmonica.diffusion.Scalars.times;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * SA-Solver (Xue et al., 2023): a stochastic Adams predictor and corrector for diffusion equations,
 * one model call per step. Its tau says how much noise is added on the way: 0 solves the ODE, 1 the
 * reverse SDE.
 *
 * <p>With x = alpha x_0 + sigma eps, lambda = log(alpha / sigma), a prime for values after the
 * step, h = lambda' - lambda, z standard normal and D the predicted x_0:
 *
 * <pre>
 *   x' = B + (1 + tau^2) alpha' (w_0 D_0 + w_1 D_1 + ...)
 *   B  = exp(-tau^2 h) sigma' / sigma x + sigma' sqrt(1 - exp(-2 tau^2 h)) z
 * </pre>
 *
 * <p>The weights are those of {@link AdamsWeights} with rate 1 + tau^2 and nodes lambda. The
 * predictor's D are those of this step and the steps before. Once the model has seen x', the
 * corrector computes x' again with D' as well, and the next step starts from there. {@link
 * Trajectory#x} is what the model is to see: the predicted sample.
 */
public final class SaSolverSampler extends AbstractSampler {
  private static final int MOST = 4;

  private final Settings settings;
  private final StepNoise noise;

  /**
   * The method's settings. Orders are lower in the first steps, where there is no history yet, and
   * in the last ones.
   *
   * @param predictorOrder how many D the predictor uses, 1 to 4
   * @param correctorOrder how many D the corrector uses, 1 to 4
   * @param tau from the {@linkplain NoiseLevel#ahead share of the times still to go} to the amount
   *     of noise, 0 or more
   */
  public record Settings(int predictorOrder, int correctorOrder, DoubleUnaryOperator tau) {

    /**
     * Checks the orders.
     *
     * @param predictorOrder how many D the predictor uses
     * @param correctorOrder how many D the corrector uses
     * @param tau from the share of the times still to go to the amount of noise
     * @throws IllegalArgumentException if an order is out of range
     */
    public Settings {
      if (Math.min(predictorOrder, correctorOrder) < 1
          || Math.max(predictorOrder, correctorOrder) > MOST) {
        throw new IllegalArgumentException(
            "predictor order is %d and corrector order %d, expected 1 to %d"
                .formatted(predictorOrder, correctorOrder, MOST));
      }
    }

    /**
     * The authors' choice for guided sampling: second order, tau 1 for times from 200 to 800 of
     * 1000 and 0 outside.
     *
     * @return the settings
     */
    public static Settings standard() {
      return new Settings(2, 2, ahead -> ahead >= 0.2 && ahead <= 0.8 ? 1 : 0);
    }

    /**
     * Second order without noise.
     *
     * @return the settings
     */
    public static Settings deterministic() {
      return new Settings(2, 2, ahead -> 0);
    }
  }

  /**
   * Creates a sampler.
   *
   * @param schedule the times. The public code uses {@link TimestepSpacing#LINSPACE} and
   *     {@linkplain StepSchedule#endingAt ends} at the model's time 0
   * @param settings orders and tau
   * @param clip whether to clip the predicted x_0 to [-1, 1]
   * @param noise the noise of each step; not asked where tau is 0
   */
  public SaSolverSampler(StepSchedule schedule, Settings settings, boolean clip, StepNoise noise) {
    super("sa", schedule, clip);
    this.settings = settings;
    this.noise = noise;
  }

  @Override
  public Trajectory start(NDManager parent, NDArray start, Prediction prediction) {
    return new Run(parent, start, prediction);
  }

  private int predictorOrder(int step) {
    return Math.min(settings.predictorOrder(), Math.min(known(step), schedule.steps() - step));
  }

  private int correctorOrder(int step) {
    return Math.min(settings.correctorOrder(), Math.min(known(step), schedule.steps() - step + 2));
  }

  /** How many D can be nodes: pure noise, where lambda is infinite, is too far away. */
  private int known(int step) {
    return Double.isInfinite(schedule.lambda(0)) ? Math.max(1, step) : step + 1;
  }

  private double tau(int step) {
    return settings.tau().applyAsDouble(schedule.level(step).ahead());
  }

  /** What is left of the noise in x after a step, exp(-tau^2 h). */
  private double decay(int step) {
    double tau = tau(step);
    double h = schedule.lambda(step + 1) - schedule.lambda(step);
    return tau == 0 ? 1 : Math.exp(-tau * tau * h);
  }

  /**
   * Adds the weighted D to B.
   *
   * @param base B of the step
   * @param step the step that is taken, or taken again
   * @param newest the point at which the first D was predicted
   * @param order how many D to use
   * @param outputs the D, newest first
   * @return the sample after the step, owned by the newest D's manager
   */
  private NDArray integrate(NDArray base, int step, int newest, int order, List<NDArray> outputs) {
    double[] nodes = new double[order];
    for (int i = 0; i < order; i++) {
      nodes[i] = schedule.lambda(newest - i) - schedule.lambda(step);
    }
    double rate = 1 + tau(step) * tau(step);
    double h = schedule.lambda(step + 1) - schedule.lambda(step);
    double[] weights = AdamsWeights.of(rate, h, nodes);
    double scale = rate * schedule.level(step + 1).alpha();
    NDArray sum = times(outputs.get(0), scale * weights[0]).add(base);
    for (int i = 1; i < order; i++) {
      NDArray past = times(outputs.get(i), scale * weights[i]);
      past.attach(sum.getManager());
      sum = sum.add(past);
    }
    return sum;
  }

  /** The state of a run: the sample, B of the step before, and what was predicted in the past. */
  private final class Run extends AbstractTrajectory {
    private NDArray base;
    private List<NDArray> outputs = List.of();

    Run(NDManager parent, NDArray start, Prediction prediction) {
      super(parent, SaSolverSampler.this, start, prediction);
    }

    Run(NDManager parent, Run other) {
      super(parent, other);
      if (other.base != null) {
        base = keepCopy(other.base);
      }
      outputs = other.outputs.stream().map(this::keepCopy).toList();
    }

    @Override
    NDArray next(NDArray current, NDArray output) {
      int step = step();
      List<NDArray> known = new ArrayList<>(outputs);
      known.add(0, clean(current, output));
      NDArray corrected =
          step == 0 ? current : integrate(base, step - 1, step, correctorOrder(step), known);
      NDArray started = base(corrected, current.getManager());
      NDArray next = integrate(started, step, step, predictorOrder(step), known);
      remember(started, known);
      return next;
    }

    private NDArray base(NDArray corrected, NDManager scratch) {
      int step = step();
      double decay = decay(step);
      double after = after().noise();
      NDArray kept = times(corrected, decay * Math.sqrt(after / now().noise()));
      double fresh = Math.sqrt(after * (1 - decay * decay));
      return fresh == 0
          ? kept
          : kept.add(times(noise.draw(scratch, step, corrected.getShape()), fresh));
    }

    private void remember(NDArray started, List<NDArray> known) {
      if (base != null) {
        base.close();
      }
      base = keep(started);
      keep(known.get(0));
      int most = Math.max(settings.predictorOrder(), settings.correctorOrder()) - 1;
      known.subList(Math.min(most, known.size()), known.size()).forEach(NDArray::close);
      outputs = List.copyOf(known.subList(0, Math.min(most, known.size())));
    }

    @Override
    public Trajectory fork(NDManager parent) {
      return new Run(parent, this);
    }
  }
}
