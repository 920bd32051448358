package io.harmonica.cli.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What the machine did for others while something was measured. Known on Linux alone, whose files
 * count the ticks of processor time of the machine and of this process with its children.
 */
public final class OtherWork {
  /** Less than this is what any system does by itself. */
  private static final double QUIET = 0.05;

  private static final Path MACHINE = Path.of("/proc/stat");
  private static final Path PROCESS = Path.of("/proc/self/stat");

  /** Of a machine's ticks: user, nice, system, idle, waiting, two interrupts, stolen. */
  private static final int KINDS = 8;

  private static final List<Integer> IDLE = List.of(3, 4);

  /** Of a process's: user and system, its own and its finished children's, behind the name. */
  private static final int FIRST_OF_PROCESS = 11;

  private final Path machine;
  private final Path process;
  private final Optional<Ticks> start;

  private OtherWork(Path machine, Path process) {
    this.machine = machine;
    this.process = process;
    this.start = ticks();
  }

  /** What was counted since the machine and the process started. */
  private record Ticks(long all, long busy, long own) {}

  /** {@return a count that begins now} */
  public static OtherWork fromNow() {
    return new OtherWork(MACHINE, PROCESS);
  }

  static OtherWork fromNow(Path machine, Path process) {
    return new OtherWork(machine, process);
  }

  /** {@return the part of the machine's processor time that others have had, if it is known} */
  public OptionalDouble share() {
    Optional<Ticks> end = ticks();
    if (start.isEmpty() || end.isEmpty() || end.get().all <= start.get().all) {
      return OptionalDouble.empty();
    }
    long busy = end.get().busy - start.get().busy;
    long own = end.get().own - start.get().own;
    double share = (double) (busy - own) / (end.get().all - start.get().all);
    return OptionalDouble.of(Math.max(0, Math.min(1, share)));
  }

  /** {@return a line for the user if the machine was not quiet} */
  public Optional<String> warning() {
    OptionalDouble share = share();
    return share.orElse(0) <= QUIET
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "the machine was not quiet: others had %.0f%% of its processor time, so times and"
                    + " speed-ups are uncertain",
                100 * share.getAsDouble()));
  }

  /**
   * Adds what is known to a description.
   *
   * @param facts descriptions by name, to which {@code otherWork} is added
   */
  public void describe(Map<String, String> facts) {
    share()
        .ifPresent(
            share ->
                facts.put(
                    "otherWork",
                    String.format(Locale.ROOT, "%.0f%% of processor time", 100 * share)));
  }

  private Optional<Ticks> ticks() {
    try {
      String first = Files.readString(machine).lines().findFirst().orElse("");
      long[] all = numbers(first.substring(first.indexOf(' ') + 1), 0, KINDS);
      String stat = Files.readString(process);
      long[] own = numbers(stat.substring(stat.lastIndexOf(')') + 2), FIRST_OF_PROCESS, 4);
      long total = Arrays.stream(all).sum();
      long idle = IDLE.stream().mapToLong(kind -> all[kind]).sum();
      return Optional.of(new Ticks(total, total - idle, Arrays.stream(own).sum()));
    } catch (IOException | RuntimeException e) {
      // No Linux, or one that shows no such counts.
      return Optional.empty();
    }
  }

  private static long[] numbers(String text, int from, int count) {
    return Arrays.stream(text.strip().split("\\s+"))
        .skip(from)
        .limit(count)
        .mapToLong(Long::parseLong)
        .toArray();
  }
}
