package io.harmonica.work;

import java.util.List;

/**
 * What pieces of work took, of which {@link Foresight} tells what they would take with other
 * workers.
 *
 * @param rounds one for each time that pieces were run, in order
 * @param workers how many took part
 * @param start seconds that a worker took to be ready for its first piece, the median: its process,
 *     and its bench
 */
public record WorkRecord(List<Round> rounds, int workers, double start) {

  /**
   * Pieces that did not wait for each other, while everything else waited for them.
   *
   * @param pieces seconds of each piece, with its way to the worker and back
   * @param takings seconds that the driver took with each answer; it takes them in order
   * @param seconds from the first piece's way out to the end of the last taking
   */
  public record Round(List<Double> pieces, List<Double> takings, double seconds) {

    /**
     * Copies the lists.
     *
     * @param pieces see the record
     * @param takings see the record
     * @param seconds see the record
     * @throws IllegalArgumentException if they are of different lengths
     */
    public Round {
      if (pieces.size() != takings.size()) {
        throw new IllegalArgumentException(
            "%d pieces with %d takings, expected as many".formatted(pieces.size(), takings.size()));
      }
      pieces = List.copyOf(pieces);
      takings = List.copyOf(takings);
    }
  }

  /**
   * Copies the rounds.
   *
   * @param rounds see the record
   * @param workers see the record
   * @param start see the record
   */
  public WorkRecord {
    rounds = List.copyOf(rounds);
  }

  /** {@return number of pieces} */
  public int pieces() {
    return rounds.stream().mapToInt(round -> round.pieces().size()).sum();
  }

  /** {@return seconds of all pieces, one after the other} */
  public double work() {
    return rounds.stream().flatMap(round -> round.pieces().stream()).mapToDouble(x -> x).sum();
  }

  /** {@return seconds during which pieces were being run} */
  public double seconds() {
    return rounds.stream().mapToDouble(Round::seconds).sum();
  }
}
