package io.harmonica.work;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Keeps the times of pieces. What runs in this process is not kept: no worker took part. */
final class WorkClock {
  private final List<WorkRecord.Round> rounds = new ArrayList<>();
  private final List<Double> starts = new ArrayList<>();
  private final Set<String> workers = new HashSet<>();

  /** Something that takes time. */
  @FunctionalInterface
  interface Act {
    void run() throws IOException;
  }

  /** The clock of pieces that are being run. */
  final class Round {
    private final long began = System.nanoTime();
    private final Map<String, Long> free = new HashMap<>();
    private final double[] pieces;
    private final double[] takings;
    private int measured;

    private Round(int pieces) {
      this.pieces = new double[pieces];
      this.takings = new double[pieces];
    }

    /** A worker had nothing but this piece since the one before, or since the beginning. */
    void arrived(Workers.Done<?> done) {
      if (done.outcome().effort().isEmpty()) {
        return;
      }
      Outcome.Effort effort = done.outcome().effort().get();
      Long before = free.put(effort.worker(), done.at());
      double held = seconds(before == null ? began : before, done.at());
      if (effort.first()) {
        starts.add(Math.max(0, held - effort.seconds()));
      }
      pieces[done.number()] = effort.first() ? effort.seconds() : held;
      measured++;
    }

    void take(int number, Act act) throws IOException {
      long start = System.nanoTime();
      act.run();
      takings[number] = seconds(start, System.nanoTime());
    }

    void end() {
      if (measured > 0 && measured == pieces.length) {
        workers.addAll(free.keySet());
        rounds.add(
            new WorkRecord.Round(list(pieces), list(takings), seconds(began, System.nanoTime())));
      }
    }
  }

  Round begin(int pieces) {
    return new Round(pieces);
  }

  WorkRecord record() {
    List<Double> sorted = new ArrayList<>(starts);
    Collections.sort(sorted);
    return new WorkRecord(
        rounds, workers.size(), sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2));
  }

  private static double seconds(long from, long to) {
    return (to - from) / 1e9;
  }

  private static List<Double> list(double... values) {
    return Arrays.stream(values).boxed().toList();
  }
}
