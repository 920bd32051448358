package io.harmonica.eval;

import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.CachePolicy;
import io.harmonica.plan.ComputeCost;
import io.harmonica.policy.CachePolicies;
import io.harmonica.policy.FullPolicy;
import io.harmonica.router.Router;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What takes part in a comparison: a name and the plan that its run follows. A plan knows its
 * number of steps, so the honest rival of all caching, fewer steps without any cache, is an entry
 * like the others.
 *
 * @param name for tables and axes
 * @param plan the run's plan; its steps are those of the sampler to run it with
 * @param router the router whose plan it is; empty for a rule and for fewer steps
 * @param trainingSeconds how long training took, where that is known; router files hold no times
 */
public record Candidate(
    String name, CachePlan plan, Optional<Router> router, OptionalDouble trainingSeconds) {
  private static final String STEPS = "steps:";

  /**
   * Enters what was never trained.
   *
   * @param name for tables and axes
   * @param plan the run's plan
   */
  public Candidate(String name, CachePlan plan) {
    this(name, plan, Optional.empty(), OptionalDouble.empty());
  }

  /**
   * Adds the router that the plan is of.
   *
   * @param of the router
   * @return the candidate with it
   */
  public Candidate withRouter(Router of) {
    return new Candidate(name, plan, Optional.of(of), trainingSeconds);
  }

  /**
   * Adds what is known of the training.
   *
   * @param seconds how long it took
   * @return the candidate with it
   */
  public Candidate withTrainingSeconds(double seconds) {
    return new Candidate(name, plan, router, OptionalDouble.of(seconds));
  }

  /**
   * Enters a policy.
   *
   * @param policy the policy
   * @param setup the comparison's run
   * @return the candidate, under the policy's name
   * @throws IllegalArgumentException if the policy does not fit
   */
  public static Candidate of(CachePolicy policy, SamplingSetup setup) {
    return new Candidate(policy.name(), setup.plan(policy));
  }

  /**
   * Enters a run of another number of steps that computes everything.
   *
   * @param steps its number of steps
   * @param setup the comparison's run
   * @return the candidate, for example {@code steps:14}
   * @throws IllegalArgumentException if the number is less than 1
   */
  public static Candidate plainSteps(int steps, SamplingSetup setup) {
    return new Candidate(STEPS + steps, setup.withSteps(steps).plan(new FullPolicy()));
  }

  /**
   * Enters the run without a cache whose compute is nearest to that of a plan.
   *
   * @param plan the plan to match
   * @param setup the comparison's run
   * @return the candidate
   */
  public static Candidate plainAsDearAs(CachePlan plan, SamplingSetup setup) {
    ComputeCost cost = setup.cost();
    long steps = Math.round((double) cost.total(plan) / cost.full());
    return plainSteps((int) Math.max(1, steps), setup);
  }

  /**
   * Reads an entry: {@code steps:N} for N steps without a cache, or a rule of {@link
   * CachePolicies}.
   *
   * @param text the entry
   * @param setup the comparison's run
   * @return the candidate
   * @throws IllegalArgumentException if there is no such rule or it does not fit
   * @throws IOException if a file that the rule needs cannot be read
   */
  public static Candidate parse(String text, SamplingSetup setup) throws IOException {
    if (!text.toLowerCase(Locale.ROOT).startsWith(STEPS)) {
      return of(CachePolicies.parse(text), setup);
    }
    String number = text.substring(STEPS.length());
    try {
      return plainSteps(Integer.parseInt(number), setup);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "candidate \"%s\" needs a whole number instead of \"%s\", as in steps:14"
              .formatted(text, number),
          e);
    }
  }

  /** {@return the number of steps of the run} */
  public int steps() {
    return plan.steps();
  }

  /**
   * Returns the theoretical speed-up over the comparison's run without a cache.
   *
   * @param cost what the model's parts cost
   * @param referenceSteps the comparison's number of steps T
   * @return compute of T full steps / compute of this run
   */
  public double speedup(ComputeCost cost, int referenceSteps) {
    return (double) cost.full() * referenceSteps / cost.total(plan);
  }
}
