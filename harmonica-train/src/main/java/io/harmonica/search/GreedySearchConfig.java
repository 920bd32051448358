package io.harmonica.search;

/**
 * Settings of a greedy search for a plan.
 *
 * @param budget guided forward passes that the search may take; what it still has to decide then is
 *     decided by what it last measured
 * @param candidates cells that are measured anew at a time
 * @param moves most cells that change at a time; 1 measures after each single one
 */
public record GreedySearchConfig(long budget, int candidates, int moves) {

  /**
   * Checks the settings.
   *
   * @param budget see the record
   * @param candidates see the record
   * @param moves see the record
   * @throws IllegalArgumentException if one is less than 1
   */
  public GreedySearchConfig {
    require("search budget", budget);
    require("search candidates", candidates);
    require("search moves", moves);
  }

  private static void require(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " is " + value + ", expected at least 1");
    }
  }

  /**
   * Returns settings with a budget: 24 candidates and 6 moves at a time.
   *
   * @param forwards guided forward passes that the search may take
   * @return the settings
   */
  public static GreedySearchConfig budget(long forwards) {
    return new GreedySearchConfig(forwards, 24, 6);
  }
}
