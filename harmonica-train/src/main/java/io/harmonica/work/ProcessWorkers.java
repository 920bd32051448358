package io.harmonica.work;

import io.harmonica.files.AtomicFiles.IOConsumer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;

/**
 * Workers in processes of this machine, on this process's class path and with one thread of the
 * engine each, unless {@code OMP_NUM_THREADS} says otherwise. A process that dies costs the piece
 * that it was doing, which another one does again. When this process ends, however it ends, so do
 * they.
 *
 * @param <C> the bench that each of them opens
 */
public final class ProcessWorkers<C extends AutoCloseable> extends Workers<C> {
  /** As many as Spark allows a task. */
  private static final int ATTEMPTS = 4;

  private final Opener<? extends C> opener;
  private final AtomicReferenceArray<ChildProcess> children;

  /** One for each worker, so that its next piece waits for the one that it is doing. */
  private final List<ExecutorService> threads;

  private volatile boolean closed;

  /**
   * Prepares workers; each process starts with its first piece.
   *
   * @param count how many
   * @param opener opens each one's bench
   * @throws IllegalArgumentException if the count is less than 1
   */
  public ProcessWorkers(int count, Opener<? extends C> opener) {
    if (count < 1) {
      throw new IllegalArgumentException("workers is " + count + ", expected at least 1");
    }
    this.opener = opener;
    this.children = new AtomicReferenceArray<>(count);
    this.threads =
        IntStream.range(0, count)
            .mapToObj(worker -> Executors.newSingleThreadExecutor(ProcessWorkers::thread))
            .toList();
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "harmonica-worker");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  protected <R> void spread(List<? extends Piece<? super C, R>> pieces, IOConsumer<Done<R>> taker)
      throws IOException {
    Queue<Integer> todo = new ConcurrentLinkedQueue<>();
    IntStream.range(0, pieces.size()).forEach(todo::add);
    BlockingQueue<Done<R>> done = new LinkedBlockingQueue<>();
    for (int i = 0; i < Math.min(children.length(), pieces.size()); i++) {
      int worker = i;
      threads
          .get(worker)
          .execute(
              () -> {
                for (Integer number = todo.poll(); number != null; number = todo.poll()) {
                  done.add(Done.now(number, attempt(worker, number, pieces.get(number))));
                }
              });
    }
    try {
      for (int i = 0; i < pieces.size(); i++) {
        taker.accept(done.take());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while workers were at work");
    } finally {
      todo.clear();
    }
  }

  private <R> Outcome<R> attempt(int worker, int number, Piece<? super C, R> piece) {
    String name = "worker " + worker;
    List<String> deaths = new ArrayList<>();
    try {
      while (deaths.size() < ATTEMPTS) {
        ChildProcess child = child(worker, name);
        try {
          return child.run(piece);
        } catch (IOException e) {
          deaths.add(Integer.toString(end(worker)));
        }
      }
      return Outcome.failure(
          "piece %d ended %d processes, with status %s: see what they said above"
              .formatted(number, ATTEMPTS, String.join(", ", deaths)));
    } catch (IOException e) {
      return Outcome.failure(name + " cannot be started: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Outcome.failure(name + " was interrupted");
    } catch (RuntimeException | Error e) {
      // Who waits must learn of it, and the rest of a half-read answer must not be the next one.
      kill(worker);
      return Outcome.bug(name + ": " + e);
    }
  }

  /** Only the thread of a worker starts its process. */
  private ChildProcess child(int worker, String name) throws IOException {
    ChildProcess child = children.get(worker);
    if (child == null) {
      synchronized (children) {
        if (closed) {
          throw new IOException("the workers are closed");
        }
        child = ChildProcess.start(worker, name, opener);
        children.set(worker, child);
      }
    }
    return child;
  }

  private int end(int worker) throws InterruptedException {
    ChildProcess child = children.getAndSet(worker, null);
    if (child == null) {
      return 0;
    }
    child.release();
    return child.await();
  }

  private void kill(int worker) {
    ChildProcess child = children.getAndSet(worker, null);
    if (child != null) {
      child.kill();
    }
  }

  @Override
  public void close() {
    List<ChildProcess> left = new ArrayList<>();
    synchronized (children) {
      closed = true;
      for (int i = 0; i < children.length(); i++) {
        ChildProcess child = children.getAndSet(i, null);
        if (child != null) {
          left.add(child);
        }
      }
    }
    left.forEach(ChildProcess::release);
    // Ending takes its time even where the thread has been told to hurry.
    boolean interrupted = Thread.interrupted();
    for (ChildProcess child : left) {
      try {
        child.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    threads.forEach(ExecutorService::shutdownNow);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
