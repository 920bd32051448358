package io.harmonica.cli.ablation;

import io.harmonica.eval.Candidate;
import io.harmonica.router.Router;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * A router that an ablation trained or found.
 *
 * @param variant the variant's name
 * @param target the part of all branches that it was to reuse
 * @param seed its training's seed
 * @param scores the router
 * @param threshold tau
 * @param seconds how long its training took, where that is known
 */
public record TrainedVariant(
    String variant,
    double target,
    long seed,
    Router scores,
    double threshold,
    OptionalDouble seconds) {

  /** Names a variant at a target, all seeds together. */
  static String name(String variant, double target) {
    return String.format(Locale.ROOT, "%s:%s%%", variant, percent(target));
  }

  /** A ratio in percent, as short as it can be. */
  static String percent(double target) {
    String text = String.format(Locale.ROOT, "%.2f", 100 * target);
    return text.replaceAll("\\.?0+$", "");
  }

  Candidate candidate() {
    String name = name(variant, target) + " seed " + seed;
    Candidate candidate =
        new Candidate(name, scores.withThreshold(threshold).uncheckedPlan()).withRouter(scores);
    return seconds.isPresent() ? candidate.withTrainingSeconds(seconds.getAsDouble()) : candidate;
  }
}
