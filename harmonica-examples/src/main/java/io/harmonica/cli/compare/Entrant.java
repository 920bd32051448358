package io.harmonica.cli.compare;

import io.harmonica.eval.Candidate;
import io.harmonica.router.Router;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A candidate with what is known of where it comes from.
 *
 * @param candidate what runs
 * @param router the router whose plan it follows
 * @param trainingSeconds how long making it took, where that is known; router files hold no times
 */
public record Entrant(
    Candidate candidate, Optional<Router> router, OptionalDouble trainingSeconds) {

  /**
   * Enters what was never trained.
   *
   * @param candidate a rule, or fewer steps
   * @return the entrant
   */
  public static Entrant rule(Candidate candidate) {
    return new Entrant(candidate, Optional.empty(), OptionalDouble.empty());
  }

  /**
   * Enters a learned router.
   *
   * @param candidate the router's plan and name
   * @param router the router
   * @return the entrant
   */
  public static Entrant router(Candidate candidate, Router router) {
    return new Entrant(candidate, Optional.of(router), OptionalDouble.empty());
  }

  /**
   * Adds what is known of the training.
   *
   * @param seconds how long it took
   * @return the entrant with it
   */
  public Entrant trainedIn(double seconds) {
    return new Entrant(candidate, router, OptionalDouble.of(seconds));
  }
}
