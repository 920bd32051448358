package io.harmonica.cli;

import com.sun.jna.Library;
import com.sun.jna.Native;
import io.harmonica.cli.compare.OtherWork;
import java.util.Map;
import java.util.Set;

/**
 * How the engine's threads wait for each other. Threads that spin start again at once, which is
 * best on a quiet machine. Where others want the processors they keep them from whom they wait for,
 * and sleeping is many times faster. The engine reads the variable once, when it is loaded.
 */
final class WaitingThreads {
  private static final String POLICY = "OMP_WAIT_POLICY";
  private static final String ASLEEP = "PASSIVE";

  /** By each of these the user has decided. */
  private static final Set<String> DECIDED = Set.of(POLICY, "GOMP_SPINCOUNT", "KMP_BLOCKTIME");

  /** As many processors in use by others make a machine busy. */
  private static final double BUSY_PROCESSORS = 0.5;

  private WaitingThreads() {}

  /** Of the C library: Java itself cannot change the process's environment. */
  private interface Environment extends Library {
    int setenv(String name, String value, int overwrite);
  }

  /**
   * Lets the engine's threads sleep if the machine is busy. Without effect once the engine is
   * there.
   *
   * @param others what others have done since the program started
   */
  static void prepare(OtherWork others) {
    int processors = Runtime.getRuntime().availableProcessors();
    if (shouldSleep(System.getenv(), others.share().orElse(0) * processors)) {
      sleep();
    }
  }

  /** Only Linux counts others' work, and there the C library is called so. */
  static void sleep() {
    Native.load("c", Environment.class).setenv(POLICY, ASLEEP, 0);
  }

  static boolean shouldSleep(Map<String, String> environment, double othersProcessors) {
    return othersProcessors >= BUSY_PROCESSORS
        && DECIDED.stream().noneMatch(environment::containsKey);
  }
}
