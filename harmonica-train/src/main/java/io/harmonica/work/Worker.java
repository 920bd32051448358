package io.harmonica.work;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.concurrent.CancellationException;

/**
 * One worker: opens its bench before the first piece and keeps it.
 *
 * @param <C> the bench
 */
public final class Worker<C extends AutoCloseable> implements AutoCloseable {
  private final Opener<? extends C> opener;
  private final Place place;
  private C bench;

  /**
   * Prepares a worker.
   *
   * @param opener opens the bench
   * @param place where it is
   */
  public Worker(Opener<? extends C> opener, Place place) {
    this.opener = opener;
    this.place = place;
  }

  /**
   * Runs a piece. What would fail anywhere becomes a failed outcome that names this worker.
   *
   * @param piece the piece
   * @param <R> the answer
   * @return what became of it
   * @throws CancellationException if the thread is interrupted
   */
  public <R> Outcome<R> run(Piece<? super C, R> piece) {
    boolean first = bench == null;
    try {
      if (first) {
        bench = opener.open(place);
      }
      long began = System.nanoTime();
      R answer = piece.run(bench);
      double seconds = (System.nanoTime() - began) / 1e9;
      return Outcome.answer(answer, new Outcome.Effort(place.name(), first, seconds));
    } catch (IllegalArgumentException e) {
      return Outcome.refusal(named(e.getMessage()));
    } catch (IOException e) {
      return Outcome.failure(named(text(e)));
    } catch (UncheckedIOException e) {
      return Outcome.failure(named(text(e.getCause())));
    } catch (CancellationException e) {
      throw e;
    } catch (RuntimeException e) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      return Outcome.bug(named(trace.toString()));
    }
  }

  private String named(String message) {
    return place.name() + ": " + message;
  }

  /** The messages of these are bare paths. */
  private static String text(IOException e) {
    return e instanceof FileSystemException missing && missing.getReason() == null
        ? "%s cannot be read or written there (%s)"
            .formatted(missing.getFile(), e.getClass().getSimpleName())
        : e.getMessage();
  }

  /** Closes the bench. */
  @Override
  public void close() {
    if (bench != null) {
      try {
        bench.close();
      } catch (Exception e) {
        throw new IllegalStateException(named("closing failed"), e);
      }
    }
  }
}
