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
 * @param target makes the target; empty for the published price
 */
public record Goal(String text, Function<SamplingSetup, Optional<PlanTarget>> target) {

  /** {@return the published price} */
  public static Goal publishedPrice() {
    return new Goal("the published price", setup -> Optional.empty());
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
        setup -> Optional.of(PlanTarget.speedup(setup.cost(), setup.steps(), times)));
  }
}
