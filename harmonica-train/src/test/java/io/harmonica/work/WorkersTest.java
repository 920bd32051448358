package io.harmonica.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pieces give the same answers wherever they run, and whatever happens to their workers. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class WorkersTest {
  @TempDir private Path folder;

  /** A bench that remembers where it is. */
  private record Desk(String name) implements AutoCloseable {
    @Override
    public void close() {}
  }

  private record Square(int number) implements Piece<Desk, Integer> {
    @Override
    public Integer run(Desk desk) {
      return number * number;
    }
  }

  /** Ends its process the first few times that it is run. */
  private record Deadly(String folder, int deaths, int number) implements Piece<Desk, Integer> {
    @Override
    public Integer run(Desk desk) throws IOException {
      for (int death = 0; death < deaths; death++) {
        try {
          Files.createFile(Path.of(folder, number + "-" + death));
          Runtime.getRuntime().halt(3);
        } catch (FileAlreadyExistsException e) {
          // This death has been died.
        }
      }
      return number * number;
    }
  }

  /** Tells that it has begun, and sleeps. */
  private record Sleeping(String folder, int number) implements Piece<Desk, Long> {
    @Override
    public Long run(Desk desk) throws IOException {
      long pid = ProcessHandle.current().pid();
      Files.createFile(Path.of(folder, Long.toString(pid)));
      try {
        Thread.sleep(TimeUnit.MINUTES.toMillis(5));
      } catch (InterruptedException e) {
        throw new CancellationException("woken");
      }
      return pid;
    }
  }

  /** Takes a time that does not depend on how busy the machine is. */
  private record Nap(long millis) implements Piece<Desk, Long> {
    @Override
    public Long run(Desk desk) {
      try {
        Thread.sleep(millis);
        return millis;
      } catch (InterruptedException e) {
        throw new CancellationException("woken");
      }
    }
  }

  /** Naps, and says who did. */
  private record Signed(long millis) implements Piece<Desk, String> {
    @Override
    public String run(Desk desk) {
      new Nap(millis).run(desk);
      return desk.name();
    }
  }

  /** An answer that its reader has no memory for. */
  private record Large(long writer) implements Serializable {
    private Object readResolve() {
      if (ProcessHandle.current().pid() != writer) {
        throw new OutOfMemoryError("too large");
      }
      return this;
    }
  }

  private static ProcessWorkers<Desk> processes(int count) {
    return new ProcessWorkers<>(count, place -> new Desk(place.name()));
  }

  private static List<Square> squares(int count) {
    return IntStream.range(0, count).mapToObj(Square::new).toList();
  }

  private static List<Integer> expected(int count) {
    return IntStream.range(0, count).map(i -> i * i).boxed().toList();
  }

  @Test
  void answersComeInOrderFromAnyNumberOfWorkers() throws IOException {
    assertThat(Workers.here(new Desk("here")).run(squares(20))).isEqualTo(expected(20));
    try (ProcessWorkers<Desk> workers = processes(2)) {
      assertThat(workers.run(squares(20))).isEqualTo(expected(20));
      List<Integer> order = new ArrayList<>();
      workers.run(squares(9), (number, answer) -> order.add(number));
      assertThat(order).isEqualTo(IntStream.range(0, 9).boxed().toList());
      assertThat(workers.run(squares(1))).as("fewer pieces than workers").containsExactly(0);
      assertThat(workers.run(List.<Square>of())).isEmpty();
    }
  }

  @Test
  void aDeadProcessCostsItsPieceAlone() throws IOException {
    try (ProcessWorkers<Desk> workers = processes(2)) {
      List<Deadly> pieces =
          IntStream.range(0, 6)
              .mapToObj(i -> new Deadly(folder.toString(), i % 3 == 1 ? 1 : 0, i))
              .toList();
      assertThat(workers.run(pieces)).isEqualTo(expected(6));
      assertThat(folder.toFile().list()).containsExactlyInAnyOrder("1-0", "4-0");
    }
  }

  @Test
  void aPieceThatEndsEveryProcessIsGivenUp() throws IOException {
    try (ProcessWorkers<Desk> workers = processes(1)) {
      assertThatThrownBy(() -> workers.run(List.of(new Deadly(folder.toString(), 9, 0))))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("piece 0 ended 4 processes, with status 3, 3, 3, 3");
    }
    assertThat(folder.toFile().list()).hasSize(4);
  }

  @Test
  void aFailureNamesTheWorkerAndIsNotRepeated() throws IOException {
    try (ProcessWorkers<Desk> workers = processes(1)) {
      assertThatThrownBy(
              () ->
                  workers.run(
                      List.<Piece<Desk, Integer>>of(
                          desk -> {
                            throw new IllegalArgumentException("no such class");
                          })))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("worker 0: no such class");
      assertThatThrownBy(
              () ->
                  workers.run(
                      List.<Piece<Desk, Integer>>of(
                          desk -> {
                            throw new UncheckedIOException(new IOException("disk full"));
                          })))
          .isInstanceOf(IOException.class)
          .hasMessage("worker 0: disk full");
      assertThatThrownBy(
              () ->
                  workers.run(
                      List.<Piece<Desk, Integer>>of(
                          desk -> {
                            throw new IllegalStateException("a mistake");
                          })))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContainingAll("a mistake", "at io.harmonica.work.Worker.run");
      assertThat(workers.run(squares(3))).as("it works on").isEqualTo(expected(3));
    }
    try (ProcessWorkers<Desk> workers =
        new ProcessWorkers<>(
            1,
            place -> {
              throw new IllegalArgumentException("another file");
            })) {
      assertThatThrownBy(() -> workers.run(squares(3)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("worker 0: another file");
    }
  }

  @Test
  void aWorkerStillAtAFailedRunGetsNoOtherPiece() throws IOException {
    try (ProcessWorkers<Desk> workers = processes(2)) {
      workers.run(List.of(new Signed(50), new Signed(50)));
      String[] first = new String[1];
      // Whoever is done with the first piece goes on with the third.
      assertThatThrownBy(
              () ->
                  workers.run(
                      List.of(new Signed(150), new Signed(400), new Signed(1000)),
                      (number, name) -> {
                        first[0] = name;
                        new Nap(50).run(null);
                        throw new IOException("disk full");
                      }))
          .hasMessage("disk full");
      assertThat(workers.run(List.of(new Signed(0), new Signed(0), new Signed(0))))
          .hasSize(3)
          .doesNotContain(first[0]);
    }
  }

  @Test
  @Timeout(20)
  void anAnswerThatCannotBeReadIsAFailure() throws IOException {
    try (ProcessWorkers<Desk> workers = processes(1)) {
      assertThatThrownBy(
              () ->
                  workers.run(
                      List.<Piece<Desk, Large>>of(
                          desk -> new Large(ProcessHandle.current().pid()))))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContainingAll("worker 0", "too large");
      assertThat(workers.run(squares(3))).as("it works on").isEqualTo(expected(3));
    }
  }

  @Test
  void whatTwoWorkersTakeIsForeseenFromOne() throws IOException {
    List<Nap> naps = List.of(new Nap(100), new Nap(50), new Nap(250), new Nap(150), new Nap(50));
    WorkRecord one = record(1, naps);
    WorkRecord two = record(2, naps);
    assertThat(two.workers()).isEqualTo(2);
    assertThat(one.workers()).isEqualTo(1);
    assertThat(one.work()).as("seconds of both rounds").isBetween(1.2, 1.5);
    assertThat(one.start()).as("a process").isGreaterThan(0.05);
    WorkRecord started = new WorkRecord(one.rounds().subList(1, 2), 1, 0);
    // 100, 150 and 50 by one worker, 50 and 250 by the other.
    assertThat(Foresight.of(started, 0, 2).seconds()).isBetween(0.3, 0.4);
    assertThat(two.rounds().get(1).seconds())
        .isCloseTo(Foresight.of(started, 0, 2).seconds(), Assertions.within(0.1));
  }

  /** What pieces take, the second time of workers that are there. */
  private static WorkRecord record(int workers, List<Nap> naps) throws IOException {
    try (ProcessWorkers<Desk> processes = processes(workers)) {
      processes.run(naps);
      processes.run(naps);
      return processes.record();
    }
  }

  @Test
  void thisProcessIsNoWorker() throws IOException {
    Workers<Desk> here = Workers.here(new Desk("here"));
    here.run(squares(3));
    assertThat(here.record().rounds()).isEmpty();
  }

  @Test
  void whoIsInterruptedLeavesNoProcessBehind() throws IOException, InterruptedException {
    Thread self = Thread.currentThread();
    Thread interrupter =
        new Thread(
            () -> {
              while (begun().size() < 2) {
                Thread.onSpinWait();
              }
              self.interrupt();
            });
    interrupter.start();
    try (ProcessWorkers<Desk> workers = processes(2)) {
      assertThatThrownBy(
              () ->
                  workers.run(
                      List.of(
                          new Sleeping(folder.toString(), 0), new Sleeping(folder.toString(), 1))))
          .isInstanceOf(CancellationException.class);
    }
    assertThat(Thread.interrupted()).isTrue();
    interrupter.join();
    for (String pid : begun()) {
      assertThat(ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive)).isEmpty();
    }
  }

  private List<String> begun() {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
