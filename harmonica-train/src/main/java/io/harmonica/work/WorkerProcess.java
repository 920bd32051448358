package io.harmonica.work;

import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The program of a worker in a process of its own; {@link ProcessWorkers} starts it. It reads its
 * opener and then pieces from the standard input, and writes what became of them to the standard
 * output. When its input ends, because its work is done or whoever started it is gone, it gives up
 * what it is doing and ends.
 */
public final class WorkerProcess {
  /** Longer than a pass of most models; no engine must be unloaded while it computes. */
  private static final long PATIENCE_SECONDS = 30;

  private final Frames frames;
  private final Place place;
  private final BlockingQueue<Object> messages = new LinkedBlockingQueue<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile int status;

  private WorkerProcess(Frames frames, Place place) {
    this.frames = frames;
    this.place = place;
  }

  /**
   * Works until the standard input ends.
   *
   * @param args the worker's number, and its name
   * @throws IOException if the answers cannot be written
   */
  public static void main(String[] args) throws IOException {
    FileOutputStream answers = new FileOutputStream(FileDescriptor.out);
    // Whatever prints must not print between the answers.
    System.setOut(
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
    Place place = new Place(Integer.parseInt(args[0]), args[1], OptionalInt.empty());
    new WorkerProcess(new Frames(new FileInputStream(FileDescriptor.in), answers), place).work();
  }

  private void work() throws IOException {
    Thread worker = Thread.currentThread();
    // A signal to the whole group of processes reaches this one too.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(worker), "harmonica-worker-signal"));
    Thread reader = new Thread(() -> read(worker), "harmonica-worker-input");
    reader.setDaemon(true);
    reader.start();
    try {
      serve();
    } catch (CancellationException | InterruptedException e) {
      // Nobody waits for the answer.
    } finally {
      ended.countDown();
    }
    if (status != 0) {
      // This thread may come before the reader, and would end the process as if all were well.
      Runtime.getRuntime().halt(status);
    }
  }

  private void read(Thread worker) {
    try {
      while (true) {
        messages.add(frames.read());
      }
    } catch (EOFException e) {
      // The end of the input.
      end(worker);
      Runtime.getRuntime().halt(status);
    } catch (IOException | RuntimeException | Error e) {
      // Whoever sent what cannot be read waits for an answer, and must learn that none comes.
      Thread reader = Thread.currentThread();
      reader.getUncaughtExceptionHandler().uncaughtException(reader, e);
      status = 1;
      end(worker);
      Runtime.getRuntime().halt(status);
    }
  }

  private void end(Thread worker) {
    worker.interrupt();
    try {
      ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @SuppressWarnings("unchecked") // the driver sends an opener, and pieces for its bench
  private void serve() throws IOException, InterruptedException {
    Opener<AutoCloseable> opener = (Opener<AutoCloseable>) messages.take();
    try (Worker<AutoCloseable> worker = new Worker<>(opener, place)) {
      while (true) {
        frames.write(worker.run((Piece<AutoCloseable, Object>) messages.take()));
      }
    }
  }
}
