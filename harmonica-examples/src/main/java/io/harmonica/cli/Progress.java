package io.harmonica.cli;

import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar on stderr with an ETA where there is a terminal, else a line now and then. */
public final class Progress implements AutoCloseable {
  private static final int LINES = 20;

  private final String task;
  private final long total;
  private final ProgressBar bar;
  private final long start;
  private final long began = System.nanoTime();
  private long printed;

  /**
   * Starts.
   *
   * @param task what is being done
   * @param total how many steps it takes
   */
  public Progress(String task, long total) {
    this(task, total, 0);
  }

  /**
   * Goes on with something that was interrupted.
   *
   * @param task what is being done
   * @param total how many steps it takes
   * @param start how many were done before
   */
  public Progress(String task, long total, long start) {
    this.task = task;
    this.total = total;
    this.start = start;
    this.printed = start * LINES / total;
    this.bar =
        !onTerminal()
            ? null
            : new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(total)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(250)
                .showSpeed()
                .startsFrom(start, Duration.ZERO)
                .build();
  }

  @SuppressWarnings("SystemConsoleNull") // since JDK 22 a console may be there without a terminal
  static boolean onTerminal() {
    return System.console() != null && System.getenv("TERM") != null;
  }

  /**
   * Moves on.
   *
   * @param done steps done
   * @param message what to say beside it
   */
  public void to(long done, String message) {
    if (bar != null) {
      bar.stepTo(done).setExtraMessage(" " + message);
    } else if (done > 0 && (done * LINES / total != printed || done == total)) {
      printed = done * LINES / total;
      String said = message.isEmpty() ? "" : " " + message;
      System.err.printf("%s %d/%d%s, %s%n", task, done, total, said, remaining(done));
    }
  }

  /**
   * Says something about the task that is no step of it.
   *
   * @param message what to say
   */
  public void note(String message) {
    if (bar != null) {
      bar.setExtraMessage(" " + message);
    } else {
      System.err.println(task + " " + message);
    }
  }

  private String remaining(long done) {
    long elapsed = (System.nanoTime() - began) / 1_000_000_000;
    return done == total
        ? "took " + elapsed + " s"
        : "about " + elapsed * (total - done) / Math.max(1, done - start) + " s left";
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
