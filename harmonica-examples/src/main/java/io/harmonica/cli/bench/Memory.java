package io.harmonica.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Memory that sampling and training take, each in a process of its own. */
final class Memory {
  /**
   * A small heap, in memory from the start, so that what grows is the engine's. Random weights lie
   * in direct buffers, which would have no more room than the heap.
   */
  private static final List<String> OPTIONS =
      List.of(
          "-Xms192m",
          "-Xmx192m",
          "-XX:+AlwaysPreTouch",
          "-XX:+UseSerialGC",
          "-XX:MaxDirectMemorySize=8g");

  private static final double MEBI = 1 << 20;

  private Memory() {}

  private static long[] probe(Workbench bench, String... arguments) throws IOException {
    if (!ResidentMemory.known()) {
      throw new IOException("resident memory is read from /proc/self/status, which is not here");
    }
    Path log = Files.createTempFile("harmonica-bench", ".log");
    try {
      List<String> all = new ArrayList<>(List.of(arguments));
      all.add(bench.device());
      Process process = ChildJvm.start(OPTIONS, MemoryProbe.class.getName(), all, log);
      return ChildJvm.finish(process, log).stream()
          .filter(line -> line.startsWith(MemoryProbe.MARK))
          .mapToLong(line -> Long.parseLong(line.substring(MemoryProbe.MARK.length())))
          .toArray();
    } finally {
      Files.delete(log);
    }
  }

  /**
   * Peak memory of sampling over weights + cache + 1.5 times a forward pass's activations.
   *
   * @param model the model to sample
   * @param suffix of the figures' names
   */
  record Peak(BenchModel model, String suffix) implements FigureGroup {
    private static final double ACTIVATIONS = 1.5;

    @Override
    public List<String> names() {
      return List.of("peak_memory_ratio" + suffix, "peak_memory_mib" + suffix);
    }

    @Override
    public List<Figure> measure(Workbench bench) throws IOException {
      if (bench.manager().getDevice().isGpu()) {
        // The process's memory says nothing of a model that lies on a GPU.
        System.err.printf("%s is measured on the processor alone: left out%n", names().get(0));
        return List.of();
      }
      int rounds = Math.min(3, bench.rounds());
      double[] ratio = new double[rounds];
      double[] peak = new double[rounds];
      for (int i = 0; i < rounds; i++) {
        long[] bytes = probe(bench, "peak", model.name(), "4");
        peak[i] = bytes[0] / MEBI;
        ratio[i] = bytes[0] / (bytes[1] + bytes[2] + ACTIVATIONS * bytes[3]);
      }
      return List.of(
          Figure.of(names().get(0), "ratio", ratio), Figure.of(names().get(1), "MiB", peak));
    }
  }

  /**
   * Growth of resident memory from the fifth trajectory of a router's training to its end.
   *
   * @param trajectories how many to run, more than five
   * @param steps T
   */
  record Growth(int trajectories, int steps) implements FigureGroup {
    private static final int SETTLED = 5;

    @Override
    public List<String> names() {
      return List.of("rss_growth_mib");
    }

    @Override
    public List<Figure> measure(Workbench bench) throws IOException {
      long[] bytes =
          probe(bench, "growth", Integer.toString(trajectories), Integer.toString(steps));
      double[] growth = new double[bytes.length - SETTLED];
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < growth.length; i++) {
        growth[i] = (bytes[SETTLED + i] - bytes[SETTLED - 1]) / MEBI;
        low = Math.min(low, growth[i]);
        high = Math.max(high, growth[i]);
      }
      return List.of(new Figure(names().get(0), growth[growth.length - 1], low, high, "MiB"));
    }
  }
}
