package io.harmonica.cli.bench;

import io.harmonica.kernel.Precision;
import io.harmonica.train.StudentRule;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * All figures. A name without a suffix is measured on the model of its target: DiT-B/2 for cached
 * sampling, matrix products, bfloat16 and memory, DiT-S/2 for hooks and training.
 */
public final class BenchSuite {
  private static final int TRAJECTORIES = 200;
  private static final int GROWTH_STEPS = 3;

  /** The published threshold, which lets nearly all of an untrained router's branches compute. */
  private static final double PUBLISHED = 0.1;

  /** A threshold that lets half of an untrained router's branches compute, as after training. */
  private static final double HALF = 0.5;

  private static final String BUNDLED = "_bundled";

  private static final BenchSuite USUAL =
      new BenchSuite(
          List.of(
              new Start(),
              new Bandwidth(),
              new MatrixProducts(BenchModel.DIT_B2, Precision.FLOAT32, ""),
              new MatrixProducts(BenchModel.DIT_B2, Precision.BFLOAT16, "_bf16"),
              new MatrixProducts(BenchModel.DIT_S2, Precision.FLOAT32, "_s2"),
              new MatrixProducts(BenchModel.BUNDLED, Precision.FLOAT32, BUNDLED),
              new HookOverhead(BenchModel.DIT_S2, ""),
              new HookOverhead(BenchModel.BUNDLED, BUNDLED),
              CachedEfficiency.repeating(BenchModel.DIT_B2, ""),
              CachedEfficiency.repeating(BenchModel.DIT_S2, "_s2"),
              CachedEfficiency.repeating(BenchModel.BUNDLED, BUNDLED),
              CachedEfficiency.forecasting(BenchModel.DIT_B2, ""),
              CachedEfficiency.forecasting(BenchModel.BUNDLED, BUNDLED),
              new TrainingStep(BenchModel.DIT_S2, StudentRule.BLEND, PUBLISHED, ""),
              new TrainingStep(BenchModel.DIT_S2, StudentRule.HARD, HALF, "_hard"),
              new TrainingStep(BenchModel.BUNDLED, StudentRule.BLEND, PUBLISHED, BUNDLED),
              new TrainingStep(BenchModel.BUNDLED, StudentRule.HARD, HALF, "_hard" + BUNDLED),
              new Bfloat16(BenchModel.DIT_B2, ""),
              new Bfloat16(BenchModel.BUNDLED, BUNDLED),
              new Memory.Peak(BenchModel.DIT_B2, ""),
              new Memory.Peak(BenchModel.DIT_S2, "_s2"),
              new Memory.Growth(TRAJECTORIES, GROWTH_STEPS)));

  private final List<FigureGroup> groups;

  private BenchSuite(List<FigureGroup> groups) {
    this.groups = groups;
  }

  /** {@return the figures of the models that the targets are for} */
  public static BenchSuite usual() {
    return USUAL;
  }

  /**
   * Returns what can be measured on a model of any family: cached sampling, training and bfloat16.
   *
   * @param model the model
   * @return the figures, without suffixes
   */
  public static BenchSuite of(BenchSubject<?> model) {
    return new BenchSuite(
        List.of(
            CachedEfficiency.repeating(model, ""),
            new TrainingStep(model, StudentRule.BLEND, PUBLISHED, ""),
            new TrainingStep(model, StudentRule.HARD, HALF, "_hard"),
            new Bfloat16(model, "")));
  }

  /** {@return the names of all figures, in the order they are measured} */
  public List<String> names() {
    return groups.stream().flatMap(group -> group.names().stream()).toList();
  }

  /**
   * Measures.
   *
   * @param bench where, how often and by which clock
   * @param only the figures wanted, empty for all; figures that are measured together come together
   * @param receiver is handed each figure as soon as it is known
   * @throws IOException if a file or another process fails
   * @throws IllegalArgumentException if a figure is unknown
   */
  public void run(Workbench bench, Set<String> only, Consumer<Figure> receiver) throws IOException {
    Set<String> unknown = new TreeSet<>(only);
    names().forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no figure " + String.join(", ", unknown) + "; \"bench --list\" names them");
    }
    for (FigureGroup group : groups) {
      if (only.isEmpty() || group.names().stream().anyMatch(only::contains)) {
        group.measure(bench).forEach(receiver);
      }
    }
  }
}
