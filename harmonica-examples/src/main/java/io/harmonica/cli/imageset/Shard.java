package io.harmonica.cli.imageset;

/**
 * A share of a set's parts, for a run that has only a queue of jobs.
 *
 * @param number which share, from 1
 * @param of how many there are
 */
public record Shard(int number, int of) {
  /** All parts. */
  public static final Shard WHOLE = new Shard(1, 1);

  /**
   * Reads a share.
   *
   * @param text {@code i/n}
   * @return the share
   * @throws IllegalArgumentException if it is none
   */
  public static Shard parse(String text) {
    String[] numbers = text.split("/", -1);
    if (text.matches("\\d{1,6}/\\d{1,6}")) {
      Shard shard = new Shard(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
      if (shard.number >= 1 && shard.number <= shard.of) {
        return shard;
      }
    }
    throw new IllegalArgumentException(
        "--shard is %s, expected i/n with i from 1 to n, for example 1/8".formatted(text));
  }

  /**
   * Tells whether a part belongs to the share.
   *
   * @param part the part, from 0
   * @return whether it does
   */
  public boolean has(int part) {
    return part % of == number - 1;
  }
}
