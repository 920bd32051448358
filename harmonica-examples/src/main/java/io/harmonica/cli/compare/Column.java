package io.harmonica.cli.compare;

import io.harmonica.eval.Agreement;
import io.harmonica.eval.CandidateResult;
import io.harmonica.eval.Estimate;
import io.harmonica.eval.ImageScores;
import io.harmonica.eval.Interval;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * One number of every candidate: how it is called in files and in tables, and where it comes from.
 *
 * @param key its name in JSON and CSV, where it is given in the unit of the measurement
 * @param title its name in tables
 * @param format how tables write it
 * @param scale what tables multiply it by
 * @param uncertain whether it has an interval
 * @param of finds it; empty where a candidate has none
 */
record Column(
    String key,
    String title,
    String format,
    double scale,
    boolean uncertain,
    Function<CandidateResult, Optional<Estimate>> of) {

  static final Column STEPS = exact("steps", "steps", "%.0f", 1, at -> at.candidate().steps());
  static final Column CUR =
      exact("cur", "CUR in %", "%.1f", 100, at -> at.candidate().plan().cacheUtilisation());
  static final Column THEORETICAL =
      exact("theoreticalSpeedup", "speed-up (theory)", "%.2f", 1, at -> at.theoreticalSpeedup());
  static final Column MEASURED =
      uncertain(
          "measuredSpeedup",
          "speed-up (measured)",
          "%.2f",
          1,
          at -> Optional.of(at.measuredSpeedup()));
  static final Column SECONDS =
      exact("batchSeconds", "s/batch", "%.3f", 1, at -> at.medianSeconds());
  static final Column SECONDS_SPREAD =
      exact("batchSecondsSpread", "IQR", "%.3f", 1, at -> at.spreadSeconds());
  static final Column ERROR = uncertain("mse", "MSE", "%.3g", 1, at -> Optional.of(at.error()));
  static final Column MEDIAN_ERROR =
      uncertain("mseMedian", "median MSE", "%.3g", 1, at -> Optional.of(at.medianError()));
  static final Column PSNR =
      uncertain("psnr", "PSNR in dB", "%.1f", 1, at -> at.images().map(ImageScores::psnr));
  static final Column SSIM =
      uncertain("ssim", "SSIM", "%.3f", 1, at -> at.images().flatMap(ImageScores::ssim));
  static final Column FRECHET =
      uncertain(
          "frechet",
          "Fréchet distance",
          "%.2f",
          1,
          at -> at.images().flatMap(ImageScores::frechet));
  static final Column AGREEMENT =
      uncertain(
          "agreement",
          "agreement in %",
          "%.1f",
          100,
          at -> at.images().flatMap(ImageScores::agreement).map(Column::estimate));
  static final Column CACHE =
      exact("cacheBytes", "cache MiB", "%.2f", 1 / 1048576.0, at -> at.peakCacheBytes());
  static final Column TRAINING =
      new Column(
          "trainingSeconds",
          "training s",
          "%.0f",
          1,
          false,
          at -> optional(at.candidate().trainingSeconds()).map(Estimate::exact));

  /** All of them, in the order of the files. */
  static final List<Column> ALL =
      List.of(
          STEPS,
          CUR,
          THEORETICAL,
          MEASURED,
          SECONDS,
          SECONDS_SPREAD,
          ERROR,
          MEDIAN_ERROR,
          PSNR,
          SSIM,
          FRECHET,
          AGREEMENT,
          CACHE,
          TRAINING);

  private static Column exact(
      String key, String title, String format, double scale, Function<CandidateResult, Number> of) {
    return new Column(
        key,
        title,
        format,
        scale,
        false,
        at -> Optional.of(Estimate.exact(of.apply(at).doubleValue())));
  }

  private static Column uncertain(
      String key,
      String title,
      String format,
      double scale,
      Function<CandidateResult, Optional<Estimate>> of) {
    return new Column(key, title, format, scale, true, of);
  }

  private static Estimate estimate(Agreement agreement) {
    return new Estimate(agreement.share(), agreement.interval());
  }

  private static Optional<Double> optional(OptionalDouble value) {
    return value.isPresent() ? Optional.of(value.getAsDouble()) : Optional.empty();
  }

  /** Whether any candidate has this number, so that a column for it says something. */
  boolean knownOfAny(List<CandidateResult> results) {
    return results.stream().anyMatch(result -> of.apply(result).isPresent());
  }

  /** The number as tables and charts give it. */
  Optional<Estimate> shown(CandidateResult result) {
    return of.apply(result)
        .map(
            found ->
                new Estimate(
                    scale * found.value(),
                    new Interval(scale * found.interval().low(), scale * found.interval().high())));
  }

  /** The number alone as tables write it; a dash where there is none. */
  String brief(CandidateResult result) {
    return shown(result).map(found -> number(found.value())).orElse("–");
  }

  /** The number with its interval, if it has one, as tables write it. */
  String text(CandidateResult result) {
    return shown(result)
        .map(
            found ->
                !uncertain || found.interval().width() == 0 || !Double.isFinite(found.value())
                    ? number(found.value())
                    : "%s (%s–%s)"
                        .formatted(
                            number(found.value()),
                            number(found.interval().low()),
                            number(found.interval().high())))
        .orElse("–");
  }

  private String number(double value) {
    if (!Double.isFinite(value)) {
      return "–"; // the likeness of equal images
    }
    return value == 0 && "%.3g".equals(format) ? "0" : String.format(Locale.ROOT, format, value);
  }
}
