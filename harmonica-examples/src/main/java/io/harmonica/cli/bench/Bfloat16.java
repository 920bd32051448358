package io.harmonica.cli.bench;

import io.harmonica.kernel.Precision;
import java.io.IOException;
import java.util.List;

/** A forward pass in bfloat16 against float32: how much faster, and how far off. */
record Bfloat16(BenchSubject<?> model, String suffix) implements FigureGroup {

  @Override
  public List<String> names() {
    return List.of("bf16_speedup" + suffix, "bf16_error" + suffix);
  }

  @Override
  public List<Figure> measure(Workbench bench) throws IOException {
    try (Subject<?> single = Subject.open(bench, model, Precision.FLOAT32);
        Subject<?> half = Subject.open(bench, model, Precision.BFLOAT16)) {
      double error = relativeError(half.forward(), single.forward());
      double[][] seconds = bench.interleave(single::forward, half::forward);
      return List.of(
          Figure.of(names().get(0), "ratio", Workbench.ratios(seconds[0], seconds[1], 1)),
          Figure.of(names().get(1), "ratio", error));
    }
  }

  /** Root mean square of the difference over that of the reference. */
  private static double relativeError(float[] values, float[] reference) {
    double difference = 0;
    double size = 0;
    for (int i = 0; i < values.length; i++) {
      double apart = (double) values[i] - reference[i];
      difference += apart * apart;
      size += (double) reference[i] * reference[i];
    }
    return Math.sqrt(difference / size);
  }
}
