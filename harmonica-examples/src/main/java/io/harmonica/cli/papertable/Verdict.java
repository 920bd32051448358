package io.harmonica.cli.papertable;

import io.harmonica.eval.Estimate;
import java.util.Locale;
import java.util.Optional;

/**
 * What our number says of the paper's.
 *
 * @param kind the verdict
 * @param text the verdict in words
 */
public record Verdict(Kind kind, String text) {

  /** The verdicts. */
  public enum Kind {
    /** The paper has no number for this row, or we do not know it. */
    NO_NUMBER,
    /** The paper's number is from another number of images or another run: not comparable. */
    OTHER_RUN,
    /** The two differ by no more than the choice of images explains. */
    INSIDE,
    /** They differ by more. */
    OUTSIDE
  }

  /**
   * Compares. The paper's number comes from a choice of images as ours does, so the difference of
   * the two varies by the square root of two times as much as ours.
   *
   * @param study the study
   * @param row our row
   * @return the verdict
   */
  static Verdict of(PaperStudy study, PaperRow row) {
    Optional<PaperNumber> number = study.number(row.contender());
    if (number.isEmpty()) {
      return new Verdict(Kind.NO_NUMBER, "no published number");
    }
    if (row.images() != study.images()) {
      return new Verdict(
          Kind.OTHER_RUN,
          "not comparable: %d images, published %d".formatted(row.images(), study.images()));
    }
    if (!number.get().note().isEmpty()) {
      return new Verdict(Kind.OTHER_RUN, "not the same run: published " + number.get().note());
    }
    Estimate ours = row.fid();
    double difference = ours.value() - number.get().fid();
    double allowed = Math.sqrt(2) * ours.interval().width() / 2;
    boolean inside = Math.abs(difference) <= allowed;
    return new Verdict(
        inside ? Kind.INSIDE : Kind.OUTSIDE,
        String.format(
            Locale.ROOT,
            "%s the sampling error: %+.2f, allowed %.2f",
            inside ? "inside" : "outside",
            difference,
            allowed));
  }
}
