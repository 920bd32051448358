package io.harmonica.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command end before the process does. On Ctrl-C or SIGTERM the virtual machine unloads the
 * engine's libraries while other threads may still be inside them, which crashes; so the command's
 * thread is interrupted and given time to come to the end of its forward pass, or of its backward.
 */
final class SignalGuard implements AutoCloseable {
  /** Longer than one pass of the largest model on a slow processor. */
  private static final long PATIENCE_SECONDS = 60;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook;

  private SignalGuard(Thread worker) {
    this.hook =
        new Thread(
            () -> {
              worker.interrupt();
              await();
            },
            "harmonica-signal");
  }

  /**
   * Guards a command until closed.
   *
   * @param worker the thread that runs it
   * @return the guard
   */
  static SignalGuard of(Thread worker) {
    SignalGuard guard = new SignalGuard(worker);
    Runtime.getRuntime().addShutdownHook(guard.hook);
    return guard;
  }

  private void await() {
    try {
      ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending, and the hook has run.
    }
  }
}
