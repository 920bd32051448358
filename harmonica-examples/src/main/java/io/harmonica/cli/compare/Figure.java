package io.harmonica.cli.compare;

import io.harmonica.eval.Agreement;
import io.harmonica.eval.Estimate;
import io.harmonica.eval.Interval;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * One number of every entrant: how it is called in files and in tables, and where it comes from.
 *
 * @param key its name in JSON and CSV, where it is given in the unit of the measurement
 * @param title its name in tables
 * @param format how tables write it
 * @param scale what tables multiply it by
 * @param uncertain whether it has an interval
 * @param of finds it; empty where an entrant has none
 */
record Figure(
    String key,
    String title,
    String format,
    double scale,
    boolean uncertain,
    Function<Standing, Optional<Estimate>> of) {

  static final Figure STEPS =
      exact("steps", "steps", "%.0f", 1, at -> at.result().candidate().steps());
  static final Figure CUR =
      exact(
          "cur", "CUR in %", "%.1f", 100, at -> at.result().candidate().plan().cacheUtilisation());
  static final Figure THEORETICAL =
      exact(
          "theoreticalSpeedup",
          "speed-up (theory)",
          "%.2f",
          1,
          at -> at.result().theoreticalSpeedup());
  static final Figure MEASURED =
      uncertain(
          "measuredSpeedup",
          "speed-up (measured)",
          "%.2f",
          1,
          at -> Optional.of(at.result().measuredSpeedup()));
  static final Figure SECONDS =
      exact("batchSeconds", "s/batch", "%.3f", 1, at -> at.result().medianSeconds());
  static final Figure SECONDS_SPREAD =
      exact("batchSecondsSpread", "IQR", "%.3f", 1, at -> at.result().spreadSeconds());
  static final Figure ERROR =
      uncertain("mse", "MSE", "%.3g", 1, at -> Optional.of(at.result().error()));
  static final Figure PSNR =
      uncertain("psnr", "PSNR in dB", "%.1f", 1, at -> at.images().map(ImageVerdict::psnr));
  static final Figure SSIM =
      uncertain("ssim", "SSIM", "%.3f", 1, at -> at.images().flatMap(ImageVerdict::ssim));
  static final Figure FRECHET =
      uncertain(
          "frechet",
          "Fréchet distance",
          "%.2f",
          1,
          at -> at.images().flatMap(ImageVerdict::frechet));
  static final Figure AGREEMENT =
      uncertain(
          "agreement",
          "agreement in %",
          "%.1f",
          100,
          at -> at.images().flatMap(ImageVerdict::agreement).map(Figure::estimate));
  static final Figure CACHE =
      exact("cacheBytes", "cache MiB", "%.2f", 1 / 1048576.0, at -> at.result().peakCacheBytes());
  static final Figure TRAINING =
      new Figure(
          "trainingSeconds",
          "training s",
          "%.0f",
          1,
          false,
          at -> optional(at.entrant().trainingSeconds()).map(Estimate::exact));

  /** All of them, in the order of the files. */
  static final List<Figure> ALL =
      List.of(
          STEPS,
          CUR,
          THEORETICAL,
          MEASURED,
          SECONDS,
          SECONDS_SPREAD,
          ERROR,
          PSNR,
          SSIM,
          FRECHET,
          AGREEMENT,
          CACHE,
          TRAINING);

  private static Figure exact(
      String key, String title, String format, double scale, Function<Standing, Number> of) {
    return new Figure(
        key,
        title,
        format,
        scale,
        false,
        at -> Optional.of(Estimate.exact(of.apply(at).doubleValue())));
  }

  private static Figure uncertain(
      String key,
      String title,
      String format,
      double scale,
      Function<Standing, Optional<Estimate>> of) {
    return new Figure(key, title, format, scale, true, of);
  }

  private static Estimate estimate(Agreement agreement) {
    return new Estimate(agreement.share(), agreement.interval());
  }

  private static Optional<Double> optional(OptionalDouble value) {
    return value.isPresent() ? Optional.of(value.getAsDouble()) : Optional.empty();
  }

  /** Whether any entrant has this number, so that a column for it says something. */
  boolean knownOfAny(List<Standing> standings) {
    return standings.stream().anyMatch(standing -> of.apply(standing).isPresent());
  }

  /** The number as tables and charts give it. */
  Optional<Estimate> shown(Standing standing) {
    return of.apply(standing)
        .map(
            found ->
                new Estimate(
                    scale * found.value(),
                    new Interval(scale * found.interval().low(), scale * found.interval().high())));
  }

  /** The number alone as tables write it; a dash where there is none. */
  String brief(Standing standing) {
    return shown(standing).map(found -> number(found.value())).orElse("–");
  }

  /** The number with its interval, if it has one, as tables write it. */
  String text(Standing standing) {
    return shown(standing)
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
