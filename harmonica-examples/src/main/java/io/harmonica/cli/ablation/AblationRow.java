package io.harmonica.cli.ablation;

import io.harmonica.eval.CandidateResult;
import io.harmonica.eval.Estimate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How a variant came out at a target, all seeds together; or a rule.
 *
 * @param name the variant and its target, or the rule
 * @param results how each seed came out; a single one for a rule
 * @param error mean squared difference of x_0 from the run without a cache, with an interval over
 *     seeds and samples
 * @param medianError the median over seeds and samples of the same
 */
public record AblationRow(
    String name, List<CandidateResult> results, Estimate error, Estimate medianError) {

  /**
   * Puts the seeds of a variant together.
   *
   * @param name see the record
   * @param results see the record
   * @param seed the seed of the resampling
   * @return the row
   */
  static AblationRow of(String name, List<CandidateResult> results, long seed) {
    double[][] errors =
        results.stream()
            .map(at -> at.sampleErrors())
            .map(values -> values.stream().mapToDouble(Double::doubleValue).toArray())
            .toArray(double[][]::new);
    return new AblationRow(
        name,
        results,
        Estimate.ofCrossedMean(errors, seed),
        Estimate.ofCrossedMedian(errors, seed));
  }

  /** {@return the part of all branches that is reused: CUR, the mean over seeds} */
  public double cacheUtilisation() {
    return mean(at -> OptionalDouble.of(at.candidate().plan().cacheUtilisation())).orElseThrow();
  }

  double theoreticalSpeedup() {
    return mean(at -> OptionalDouble.of(at.theoreticalSpeedup())).orElseThrow();
  }

  double measuredSpeedup() {
    return mean(at -> OptionalDouble.of(at.measuredSpeedup().value())).orElseThrow();
  }

  Optional<Double> frechet() {
    return mean(at -> value(at.images().flatMap(images -> images.frechet()).map(Estimate::value)));
  }

  Optional<Double> agreement() {
    return mean(
        at -> value(at.images().flatMap(images -> images.agreement()).map(found -> found.share())));
  }

  Optional<Double> trainingSeconds() {
    return mean(at -> at.candidate().trainingSeconds());
  }

  List<Double> errorsOfSeeds() {
    return results.stream().map(at -> at.error().value()).toList();
  }

  private static OptionalDouble value(Optional<Double> found) {
    return found.isPresent() ? OptionalDouble.of(found.get()) : OptionalDouble.empty();
  }

  /** Finds a number of a seed. */
  @FunctionalInterface
  private interface Measure {
    OptionalDouble of(CandidateResult result);
  }

  /** The mean over seeds of what is known of all of them. */
  private Optional<Double> mean(Measure number) {
    double sum = 0;
    for (CandidateResult result : results) {
      OptionalDouble found = number.of(result);
      if (found.isEmpty() || !Double.isFinite(found.getAsDouble())) {
        return Optional.empty();
      }
      sum += found.getAsDouble();
    }
    return Optional.of(sum / results.size());
  }

  /** The row as results.json has it. */
  Map<String, Object> json() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", name);
    object.put("cur", cacheUtilisation());
    object.put("theoreticalSpeedup", theoreticalSpeedup());
    object.put("measuredSpeedup", measuredSpeedup());
    object.put("mse", error.value());
    object.put("mseLow", error.interval().low());
    object.put("mseHigh", error.interval().high());
    object.put("mseMedian", medianError.value());
    object.put("mseMedianLow", medianError.interval().low());
    object.put("mseMedianHigh", medianError.interval().high());
    object.put("mseOfSeeds", errorsOfSeeds());
    object.put("frechet", frechet().orElse(null));
    object.put("agreement", agreement().orElse(null));
    object.put("trainingSeconds", trainingSeconds().orElse(null));
    return object;
  }
}
