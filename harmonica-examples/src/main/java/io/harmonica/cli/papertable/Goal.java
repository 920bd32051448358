package io.harmonica.cli.papertable;

import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.PlanTarget;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * How much the published training is to reuse. The published price beta holds for DiT-XL/2 256 at T
 * = 10. For other runs we know what came out, but not the price: there the training is steered to
 * it.
 *
 * @param text what it is, for reports
 * @param left about what part of the full run's cost is left, for estimates
 * @param target makes the target; empty for the published price
 */
public record Goal(String text, double left, Function<SamplingSetup, Optional<PlanTarget>> target) {

  /**
   * Asks for the published price.
   *
   * @param expected CUR as published, from 0 to 1
   * @return the goal
   */
  public static Goal publishedPrice(double expected) {
    return new Goal("the published price", 1 - expected, setup -> Optional.empty());
  }

  /**
   * Asks for a cache utilisation ratio.
   *
   * @param part CUR, from 0 to 1
   * @return the goal
   */
  public static Goal utilisation(double part) {
    return new Goal(
        String.format(Locale.ROOT, "steered to a CUR of %.1f%%", 100 * part),
        1 - part,
        setup ->
            Optional.of(PlanTarget.utilisation(setup.steps(), setup.layout().branches(), part)));
  }

  /**
   * Asks for a theoretical speed-up.
   *
   * @param times the speed-up
   * @return the goal
   */
  public static Goal speedup(double times) {
    return new Goal(
        String.format(Locale.ROOT, "steered to a theoretical speed-up of %.2f", times),
        1 / times,
        setup -> Optional.of(PlanTarget.speedup(setup.cost(), setup.steps(), times)));
  }
}
