package io.harmonica.work;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * What work would take with other workers, and what limits it. Pieces go in their order to whoever
 * is free first; nobody begins a round before the one before is done. It takes for granted that a
 * piece takes as long as it took: workers that share a processor's cores slow each other.
 *
 * @param workers how many
 * @param share seconds of all pieces, by the number of workers: no number of workers does better
 * @param start seconds until a worker is ready for its first piece
 * @param waiting seconds that workers without a piece wait for the others' last ones, in all rounds
 * @param driver seconds in which only the driver works
 */
public record Foresight(int workers, double share, double start, double waiting, double driver) {

  /**
   * Foresees what recorded work takes.
   *
   * @param record what it took
   * @param driver seconds that the driver works before, between and after the rounds
   * @param workers how many there are to be
   * @return what is foreseen
   * @throws IllegalArgumentException if there are to be no workers
   */
  public static Foresight of(WorkRecord record, double driver, int workers) {
    if (workers < 1) {
      throw new IllegalArgumentException("workers is " + workers + ", expected at least 1");
    }
    boolean[] started = new boolean[workers];
    double busy = 0;
    double alone = driver;
    for (WorkRecord.Round round : record.rounds()) {
      double[] arrivals = arrivals(round.pieces(), record.start(), started);
      double last = 0;
      double taken = 0;
      for (int i = 0; i < arrivals.length; i++) {
        last = Math.max(last, arrivals[i]);
        taken = Math.max(taken, arrivals[i]) + round.takings().get(i);
      }
      busy += last;
      alone += taken - last;
    }
    double share = record.work() / workers;
    double start = record.pieces() == 0 ? 0 : record.start();
    return new Foresight(workers, share, start, Math.max(0, busy - share - start), alone);
  }

  /** When each piece of a round is done; who has not worked yet has to start. */
  private static double[] arrivals(List<Double> pieces, double start, boolean... started) {
    double[] free = new double[started.length];
    PriorityQueue<Integer> idle =
        new PriorityQueue<>(
            Comparator.comparingDouble((Integer worker) -> free[worker])
                .thenComparingInt(worker -> worker));
    IntStream.range(0, free.length).forEach(idle::add);
    double[] arrivals = new double[pieces.size()];
    for (int i = 0; i < arrivals.length; i++) {
      int worker = idle.remove();
      free[worker] += (started[worker] ? 0 : start) + pieces.get(i);
      started[worker] = true;
      arrivals[i] = free[worker];
      idle.add(worker);
    }
    return arrivals;
  }

  /** {@return seconds of everything} */
  public double seconds() {
    return share + start + waiting + driver;
  }

  @Override
  public String toString() {
    return "%d worker%s: %.1f s = even share %.1f + start %.1f + waiting %.1f + driver %.1f"
        .formatted(workers, workers == 1 ? "" : "s", seconds(), share, start, waiting, driver);
  }
}
