package io.harmonica.cli.bench;

import io.harmonica.kernel.Precision;
import java.io.IOException;
import java.util.List;

/** A block's branches against the matrix products they cannot do without. */
record MatrixProducts(BenchModel model, Precision precision, String suffix) implements FigureGroup {
  private static final double GIGA = 1e9;

  @Override
  public List<String> names() {
    return List.of(
        "matmul_efficiency" + suffix,
        "matmul_efficiency_attention" + suffix,
        "matmul_efficiency_feed_forward" + suffix,
        "matmul_gflops" + suffix);
  }

  @Override
  public List<Figure> measure(Workbench bench) throws IOException {
    try (Subject subject = Subject.open(bench, model, precision);
        BlockProducts block = new BlockProducts(subject)) {
      double[][] seconds =
          bench.interleave(
              block::bareAttention, block::attention, block::bareFeedForward, block::feedForward);
      double[] floor = new double[bench.rounds()];
      double[] ours = new double[bench.rounds()];
      double[] speed = new double[bench.rounds()];
      for (int i = 0; i < floor.length; i++) {
        floor[i] = seconds[0][i] + seconds[2][i];
        ours[i] = seconds[1][i] + seconds[3][i];
        speed[i] = 2 * block.macs() / GIGA / floor[i];
      }
      return List.of(
          Figure.of(names().get(0), "ratio", Workbench.ratios(floor, ours, 1)),
          Figure.of(names().get(1), "ratio", Workbench.ratios(seconds[0], seconds[1], 1)),
          Figure.of(names().get(2), "ratio", Workbench.ratios(seconds[2], seconds[3], 1)),
          Figure.of(names().get(3), "GFLOP/s", speed));
    }
  }
}
