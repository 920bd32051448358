package io.harmonica.work;

import io.harmonica.files.AtomicFiles.IOConsumer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs pieces of work and hands their answers back in the pieces' order. Who runs them makes no
 * difference to the answers. Every worker opens its bench once and keeps it until the workers are
 * closed.
 *
 * @param <C> the bench that the pieces work on
 */
public abstract class Workers<C> implements AutoCloseable {
  private final WorkClock clock = new WorkClock();

  /** For who runs the pieces. */
  protected Workers() {}

  /**
   * Takes answers.
   *
   * @param <R> an answer
   */
  @FunctionalInterface
  public interface Receiver<R> {

    /**
     * Takes an answer.
     *
     * @param number of its piece, from 0
     * @param answer the answer
     * @throws IOException if it cannot be kept
     */
    void accept(int number, R answer) throws IOException;
  }

  /**
   * A piece that a worker is done with.
   *
   * @param number of the piece, from 0
   * @param outcome what became of it
   * @param at when that arrived, as {@link System#nanoTime}
   * @param <R> an answer
   */
  protected record Done<R>(int number, Outcome<R> outcome, long at) {

    /**
     * Notes that an outcome has just arrived.
     *
     * @param number of the piece
     * @param outcome what became of it
     * @param <R> an answer
     * @return the piece, done now
     */
    public static <R> Done<R> now(int number, Outcome<R> outcome) {
      return new Done<>(number, outcome, System.nanoTime());
    }
  }

  /**
   * Works in this process, on the calling thread.
   *
   * @param bench what the pieces work on; it stays the caller's
   * @param <C> the bench
   * @return the one worker
   */
  public static <C> Workers<C> here(C bench) {
    return new LocalWorker<>(bench);
  }

  /**
   * Runs pieces.
   *
   * @param pieces the pieces
   * @param receiver gets the answers on the calling thread, in the pieces' order, each as soon as
   *     it and all before it are there
   * @param <R> an answer
   * @throws IOException if a piece failed to read or write, or was given up after its workers died
   * @throws IllegalArgumentException if a piece or a worker's bench was refused
   * @throws java.util.concurrent.CancellationException if the calling thread is interrupted
   */
  public final <R> void run(
      List<? extends Piece<? super C, R>> pieces, Receiver<? super R> receiver) throws IOException {
    Map<Integer, Outcome<R>> early = new HashMap<>();
    int[] next = {0};
    WorkClock.Round round = clock.begin(pieces.size());
    spread(
        pieces,
        done -> {
          round.arrived(done);
          early.put(done.number(), done.outcome());
          while (early.containsKey(next[0])) {
            R answer = early.remove(next[0]).get();
            round.take(next[0], () -> receiver.accept(next[0], answer));
            next[0]++;
          }
        });
    round.end();
  }

  /**
   * Tells what the pieces took that other processes have run so far.
   *
   * @return the times, which also tell what more workers would gain
   */
  public final WorkRecord record() {
    return clock.record();
  }

  /**
   * Runs pieces and keeps all answers.
   *
   * @param pieces the pieces
   * @param <R> an answer
   * @return the answers, in the pieces' order
   * @throws IOException if a piece failed to read or write, or was given up after its workers died
   * @throws IllegalArgumentException if a piece or a worker's bench was refused
   * @throws java.util.concurrent.CancellationException if the calling thread is interrupted
   */
  public final <R> List<R> run(List<? extends Piece<? super C, R>> pieces) throws IOException {
    List<R> answers = new ArrayList<>();
    run(pieces, (number, answer) -> answers.add(answer));
    return answers;
  }

  /**
   * Runs pieces in any order.
   *
   * @param pieces the pieces
   * @param taker gets each piece that is done, on the calling thread, as soon as it is
   * @param <R> an answer
   * @throws IOException what the taker throws
   */
  protected abstract <R> void spread(
      List<? extends Piece<? super C, R>> pieces, IOConsumer<Done<R>> taker) throws IOException;

  /** Lets the workers go; what they are doing is given up. */
  @Override
  public abstract void close();
}
