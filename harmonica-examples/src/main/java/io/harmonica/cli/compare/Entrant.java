package io.harmonica.cli.compare;

import io.harmonica.eval.Contender;
import io.harmonica.router.Router;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A contender with what is known of where it comes from.
 *
 * @param contender what runs
 * @param router the router whose plan it follows
 * @param trainingSeconds how long making it took, where that is known; router files hold no times
 */
public record Entrant(
    Contender contender, Optional<Router> router, OptionalDouble trainingSeconds) {

  /**
   * Enters what was never trained.
   *
   * @param contender a rule, or fewer steps
   * @return the entrant
   */
  public static Entrant rule(Contender contender) {
    return new Entrant(contender, Optional.empty(), OptionalDouble.empty());
  }

  /**
   * Enters a learned router.
   *
   * @param contender the router's plan and name
   * @param router the router
   * @return the entrant
   */
  public static Entrant router(Contender contender, Router router) {
    return new Entrant(contender, Optional.of(router), OptionalDouble.empty());
  }

  /**
   * Adds what is known of the training.
   *
   * @param seconds how long it took
   * @return the entrant with it
   */
  public Entrant trainedIn(double seconds) {
    return new Entrant(contender, router, OptionalDouble.of(seconds));
  }
}
