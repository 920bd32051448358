package io.harmonica.cli.bench;

import io.harmonica.dit.RunnableDit;
import io.harmonica.kernel.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A block's branches against the matrix products they cannot do without: the engine's default ones
 * or oneDNN's, whichever are faster here.
 */
record MatrixProducts(BenchModel model, Precision precision, String suffix) implements FigureGroup {
  private static final double GIGA = 1e9;

  @Override
  public List<String> names() {
    return List.of(
        "matmul_efficiency" + suffix,
        "matmul_efficiency_attention" + suffix,
        "matmul_efficiency_feed_forward" + suffix,
        "matmul_gflops" + suffix,
        "matmul_default_gflops" + suffix);
  }

  @Override
  public List<Figure> measure(Workbench bench) throws IOException {
    try (Subject<RunnableDit> subject = Subject.open(bench, model, precision);
        BlockProducts block = new BlockProducts(subject)) {
      List<Runnable> tasks = new ArrayList<>(List.of(block::attention, block::feedForward));
      for (String linear : block.linears()) {
        tasks.add(() -> block.bareAttention(linear));
        tasks.add(() -> block.bareFeedForward(linear));
      }
      double[][] seconds = bench.interleave(tasks.toArray(Runnable[]::new));
      double[] standard = sum(seconds[2], seconds[3]);
      int last = seconds.length - 2;
      // Chosen by the whole run: the faster of each round would be too fast by its noise.
      int floor = total(sum(seconds[last], seconds[last + 1])) < total(standard) ? last : 2;
      double[] products = sum(seconds[floor], seconds[floor + 1]);
      return List.of(
          ratio(0, products, sum(seconds[0], seconds[1])),
          ratio(1, seconds[floor], seconds[0]),
          ratio(2, seconds[floor + 1], seconds[1]),
          speed(3, block, products),
          speed(4, block, standard));
    }
  }

  private Figure ratio(int name, double[] products, double[] branches) {
    return Figure.of(names().get(name), "ratio", Workbench.ratios(products, branches, 1));
  }

  private Figure speed(int name, BlockProducts block, double[] products) {
    double operations = 2 * block.macs() / GIGA;
    double[] speeds = Arrays.stream(products).map(each -> operations / each).toArray();
    return Figure.of(names().get(name), "GFLOP/s", speeds);
  }

  private static double[] sum(double[] some, double[] others) {
    double[] sums = some.clone();
    Arrays.setAll(sums, i -> some[i] + others[i]);
    return sums;
  }

  private static double total(double[] seconds) {
    return Arrays.stream(seconds).sum();
  }
}
