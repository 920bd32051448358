package io.harmonica.work;

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
    spread(
        pieces,
        (number, outcome) -> {
          early.put(number, outcome);
          while (early.containsKey(next[0])) {
            receiver.accept(next[0], early.remove(next[0]).get());
            next[0]++;
          }
        });
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
   * @param receiver gets what became of each piece, on the calling thread, as soon as it is there
   * @param <R> an answer
   * @throws IOException what the receiver throws
   */
  protected abstract <R> void spread(
      List<? extends Piece<? super C, R>> pieces, Receiver<Outcome<R>> receiver) throws IOException;

  /** Lets the workers go; what they are doing is given up. */
  @Override
  public abstract void close();
}
