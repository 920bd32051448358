package io.harmonica.work;

import io.harmonica.files.AtomicFiles.IOConsumer;
import java.io.IOException;
import java.util.List;

/** This process. */
final class LocalWorker<C> extends Workers<C> {
  private final C bench;

  LocalWorker(C bench) {
    this.bench = bench;
  }

  @Override
  protected <R> void spread(List<? extends Piece<? super C, R>> pieces, IOConsumer<Done<R>> taker)
      throws IOException {
    for (int number = 0; number < pieces.size(); number++) {
      // What a piece throws needs no wrapping here.
      taker.accept(Done.now(number, Outcome.answer(pieces.get(number).run(bench))));
    }
  }

  @Override
  public void close() {
    // The bench is the caller's.
  }
}
