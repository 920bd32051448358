package io.harmonica.cli.papertable;

import java.util.Locale;

/** What a row of a table samples with. All but the full run cost about as much as the router. */
public enum Contender {
  /** Everything is computed. */
  FULL("full run"),

  /** HarmoniCa as published. */
  PUBLISHED("published router"),

  /** What {@code train} makes by default, for the published router's cost. */
  HARMONIZED("harmonized router"),

  /** TaylorSeer, which needs no training. */
  TAYLORSEER("TaylorSeer"),

  /** The full run with fewer steps. */
  FEWER_STEPS("fewer steps");

  private final String title;

  Contender(String title) {
    this.title = title;
  }

  /** {@return what reports call it} */
  public String title() {
    return title;
  }

  /** {@return the name of its files} */
  String fileName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
