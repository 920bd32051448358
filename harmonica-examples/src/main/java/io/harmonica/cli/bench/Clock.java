package io.harmonica.cli.bench;

import java.lang.management.ManagementFactory;

/** What a measurement counts as time. */
public enum Clock {
  /** Time on the wall: what users wait for. */
  WALL {
    @Override
    double seconds() {
      return System.nanoTime() / 1e9;
    }
  },
  /**
   * Processor time of the thread that measures, which other work on the machine hardly changes. It
   * equals time on an idle machine if the engine does all its work there (OMP_NUM_THREADS=1).
   */
  CPU {
    @Override
    double seconds() {
      return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
    }
  };

  /** Reads the clock, from an arbitrary start. */
  abstract double seconds();
}
