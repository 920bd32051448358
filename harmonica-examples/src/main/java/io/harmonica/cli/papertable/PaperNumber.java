package io.harmonica.cli.papertable;

import java.util.OptionalDouble;

/**
 * A row of a published table.
 *
 * @param fid its FID
 * @param speedup its speed-up, as measured there; empty where there is none or it is not known
 * @param utilisation its CUR, from 0 to 1; empty where it is not known
 * @param note how it was made, where that differs from our row; mostly empty
 */
public record PaperNumber(
    double fid, OptionalDouble speedup, OptionalDouble utilisation, String note) {

  static PaperNumber of(double fid) {
    return new PaperNumber(fid, OptionalDouble.empty(), OptionalDouble.empty(), "");
  }

  PaperNumber faster(double times) {
    return new PaperNumber(fid, OptionalDouble.of(times), utilisation, note);
  }

  PaperNumber reusing(double part) {
    return new PaperNumber(fid, speedup, OptionalDouble.of(part), note);
  }

  PaperNumber noting(String text) {
    return new PaperNumber(fid, speedup, utilisation, text);
  }
}
