package io.harmonica.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cache.CacheHook;
import io.harmonica.diffusion.Conditioning;
import io.harmonica.diffusion.DdimSampler;
import io.harmonica.diffusion.Denoiser;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.ModelIdentity;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.diffusion.Sampler;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.diffusion.StepSchedule;
import io.harmonica.plan.BranchKind;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.ComputeCost;
import io.harmonica.plan.Forecast;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A network whose branch b predicts the noise of pixel b, a number that depends on the step alone:
 * what a plan does to x_0 can be worked out by hand.
 */
public final class PixelToy implements Denoiser {
  private final double[][] outputs;
  private final ComputeCost cost;

  /** Takes what each branch returns at each step, [T][branches], and what each branch costs. */
  public PixelToy(double[][] outputs, long... costs) {
    this.outputs = outputs;
    this.cost = new ComputeCost(0, costs);
  }

  public int steps() {
    return outputs.length;
  }

  public int branches() {
    return outputs[0].length;
  }

  public Sampler sampler() {
    return new DdimSampler(NoiseSchedule.linear().respace(steps()), false);
  }

  public GuidedDenoiser bound(NDManager manager) {
    NDList nothing = new NDList(manager.zeros(new Shape(1)));
    return new GuidedDenoiser(
        manager, this, new Conditioning(nothing, new NDList()), Guidance.NONE);
  }

  /** Runs of this model, each of whose samples has a row of its own. */
  public SamplingSetup setup() {
    return new SamplingSetup(
        this,
        ModelIdentity.named("m"),
        (count, seed) -> new DdimSampler(NoiseSchedule.linear().respace(count), false),
        steps(),
        Guidance.NONE,
        new Shape(1, 1, branches()),
        (owner, random, count) ->
            new Conditioning(new NDList(owner.zeros(new Shape(count))), new NDList()));
  }

  public NDArray noise(NDManager manager) {
    return manager.zeros(new Shape(1, 1, 1, branches()));
  }

  /**
   * The error of a plan. DDIM takes x to g x + c eps with g = sqrt(a' / a) and c = sqrt(1 - a') - g
   * sqrt(1 - a), so that a wrong eps reaches x_0 times c and every later g.
   */
  public double error(CachePlan plan) {
    StepSchedule schedule = sampler().schedule();
    double sum = 0;
    for (int branch = 0; branch < branches(); branch++) {
      double deviation = 0;
      List<Double> history = new ArrayList<>();
      for (int step = 0; step < steps(); step++) {
        double now = schedule.alphaBar(step);
        double after = schedule.alphaBarAfter(step);
        double g = Math.sqrt(after / now);
        double c = Math.sqrt(1 - after) - g * Math.sqrt(1 - now);
        double used = 0;
        if (plan.computes(step, branch)) {
          used = outputs[step][branch];
          history.add(0, used);
        } else {
          Forecast forecast = plan.forecast(step, branch);
          for (int term = 0; term < forecast.terms(); term++) {
            used += forecast.weight(0, term) * history.get(term);
          }
        }
        deviation = g * deviation + c * (used - outputs[step][branch]);
      }
      sum += deviation * deviation;
    }
    return sum / branches();
  }

  @Override
  public BranchLayout layout() {
    return new BranchLayout(branches(), List.of(BranchKind.FEED_FORWARD));
  }

  @Override
  public ComputeCost cost() {
    return cost;
  }

  @Override
  public NDArray predict(NDArray x, double timestep, NDList conditioning, CacheHook hook) {
    StepSchedule schedule = sampler().schedule();
    int step = 0;
    while (schedule.timestep(step) != (int) timestep) {
      step++;
    }
    NDArray sum = x.zerosLike();
    for (int branch = 0; branch < branches(); branch++) {
      float[] pixels = new float[branches()];
      pixels[branch] = (float) outputs[step][branch];
      NDManager owner = x.getManager();
      Shape one = new Shape(1, 1, 1, branches());
      sum =
          sum.add(
              hook.apply(
                  branch, () -> owner.create(pixels, one).broadcast(x.getShape()).duplicate()));
    }
    return sum;
  }

  /** Outputs that walk at random from step to step. */
  public static PixelToy random(int steps, int branches, long seed) {
    Random random = new Random(seed);
    double[][] outputs = new double[steps][branches];
    // A large output of the first, noisiest step would drown the others in rounding.
    for (int step = 1; step < steps; step++) {
      double[] before = outputs[step - 1];
      Arrays.setAll(outputs[step], branch -> before[branch] + random.nextGaussian());
    }
    long[] costs = new long[branches];
    Arrays.fill(costs, 1);
    return new PixelToy(outputs, costs);
  }
}
