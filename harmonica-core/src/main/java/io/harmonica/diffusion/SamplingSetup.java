package io.harmonica.diffusion;

import ai.djl.ndarray.types.Shape;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.CachePolicy;
import io.harmonica.plan.ComputeCost;
import io.harmonica.plan.ModelFit;
import io.harmonica.plan.PlanRequest;

/**
 * Everything that says what a sampling run is, but for its seed and its plan: the model and which
 * one it is, the sampler and its number of steps, guidance, and what samples look like. Pipelines
 * make it; trainers, searches and benchmarks take it. Immutable; the model stays the maker's.
 *
 * @param denoiser the network
 * @param identity which network it is
 * @param samplers makes the sampler
 * @param steps number of steps T
 * @param guidance classifier-free guidance
 * @param sample a sample's shape, [C, H, W]
 * @param conditioning where labels or prompts come from when nobody asks for certain ones
 */
public record SamplingSetup(
    Denoiser denoiser,
    ModelIdentity identity,
    SamplerFactory samplers,
    int steps,
    Guidance guidance,
    Shape sample,
    ConditioningSource conditioning) {

  /**
   * Returns the same setup with another number of steps.
   *
   * @param other T
   * @return the setup
   */
  public SamplingSetup withSteps(int other) {
    return new SamplingSetup(denoiser, identity, samplers, other, guidance, sample, conditioning);
  }

  /**
   * Returns the same setup with another guidance scale on the same channels.
   *
   * @param scale s, written in the model's convention
   * @return the setup
   * @throws IllegalArgumentException if the scale is below that of no guidance
   */
  public SamplingSetup withGuidance(double scale) {
    Guidance other = guidance.convention().of(scale, guidance.channels());
    return new SamplingSetup(denoiser, identity, samplers, steps, other, sample, conditioning);
  }

  /** {@return the same setup without guidance} */
  public SamplingSetup unguided() {
    return new SamplingSetup(
        denoiser, identity, samplers, steps, Guidance.NONE, sample, conditioning);
  }

  /**
   * Makes the sampler.
   *
   * @param seed of the noise that a stochastic sampler adds
   * @return the sampler, for {@link #steps()} steps
   */
  public Sampler sampler(long seed) {
    return samplers.make(steps, seed);
  }

  /**
   * Gives the shape of a batch.
   *
   * @param count number of samples
   * @return [count, C, H, W]
   */
  public Shape batch(int count) {
    return new Shape(count).addAll(sample);
  }

  /** {@return the model's branches} */
  public BranchLayout layout() {
    return denoiser.layout();
  }

  /** {@return what a forward pass costs} */
  public ComputeCost cost() {
    return denoiser.cost();
  }

  /**
   * Tells before a run what its cache will need.
   *
   * @param plan the plan to follow
   * @param samples samples of a batch
   * @return bytes at the busiest step, both halves of a guided batch counted; 0 if the model does
   *     not tell the size of its features
   */
  public long cacheBytes(CachePlan plan, int samples) {
    int rows = guidance.active() ? 2 * samples : samples;
    return plan.lifetimes().peakBytes(denoiser.featureSize(), rows);
  }

  /** {@return model and sampler, as routers and calibrations remember them} */
  public ModelFit fit() {
    return new ModelFit(identity.name(), identity.sha256(), sampler(0).name());
  }

  /**
   * Asks a policy for its plan of this run. This is the way to a router's plan: it checks that the
   * router was made for this model, sampler and number of steps, and that a rule of one's own
   * planned for as many steps and branches as it was asked for.
   *
   * @param policy a rule or a router
   * @return the plan
   * @throws IllegalArgumentException if the policy was made for another run, or plans for another
   *     number of steps or branches; the message names both values. Also if its forecasts weigh the
   *     halves of a guided batch differently, and this run has no guidance
   */
  public CachePlan plan(CachePolicy policy) {
    CachePlan plan = policy.plan(new PlanRequest(steps, layout(), fit()));
    if (plan.steps() != steps || plan.branches() != layout().branches()) {
      throw new IllegalArgumentException(
          "the policy %s planned %d steps of %d branches, expected the %d steps and %d branches of"
                  .formatted(
                      policy.name(), plan.steps(), plan.branches(), steps, layout().branches())
              + " its PlanRequest");
    }
    guidance.require(plan);
    return plan;
  }
}
