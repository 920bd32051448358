package io.harmonica.diffusion;

import java.util.concurrent.CancellationException;

/**
 * How long work is ended from outside: its thread is interrupted, and it stops at the next pass.
 */
public final class Interrupts {
  private Interrupts() {}

  /**
   * Ends the work of an interrupted thread, which stays interrupted.
   *
   * @param before what would be next, for the message
   * @throws CancellationException if the thread is interrupted
   */
  public static void check(String before) {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("interrupted before " + before);
    }
  }
}
