package io.harmonica.cli.bench;

import io.harmonica.diffusion.Noise;
import io.harmonica.kernel.Precision;
import io.harmonica.plan.CachePlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;

/** Measured speed-up of cached sampling over the theoretical one, at three shares of reuse. */
record CachedEfficiency(BenchModel model, String suffix) implements FigureGroup {
  private static final double[] SHARES = {0.25, 0.375, 0.5};

  @Override
  public List<String> names() {
    return List.of(
        "cached_efficiency_25" + suffix,
        "cached_efficiency_37" + suffix,
        "cached_efficiency_50" + suffix,
        "cached_speedup_25" + suffix,
        "cached_speedup_37" + suffix,
        "cached_speedup_50" + suffix);
  }

  @Override
  public List<Figure> measure(Workbench bench) throws IOException {
    try (Subject subject = Subject.open(bench, model, Precision.FLOAT32)) {
      CachePlan[] plans = new CachePlan[1 + SHARES.length];
      Runnable[] tasks = new Runnable[plans.length];
      for (int i = 0; i < plans.length; i++) {
        CachePlan plan =
            scattered(
                bench.steps(), subject.model().layout().branches(), i == 0 ? 0 : SHARES[i - 1]);
        plans[i] = plan;
        tasks[i] = () -> subject.sample(plan);
      }
      double[][] seconds = bench.interleave(tasks);
      List<Figure> efficiencies = new ArrayList<>();
      List<Figure> speedups = new ArrayList<>();
      for (int i = 0; i < SHARES.length; i++) {
        double theory = subject.model().cost().speedup(plans[i + 1]);
        double[] speedup = Workbench.ratios(seconds[0], seconds[i + 1], 1);
        double[] efficiency = Workbench.ratios(seconds[0], seconds[i + 1], 1 / theory);
        efficiencies.add(Figure.of(names().get(i), "ratio", efficiency));
        speedups.add(Figure.of(names().get(SHARES.length + i), "ratio", speedup));
      }
      efficiencies.addAll(speedups);
      return efficiencies;
    }
  }

  /** Reuses exactly a share of all steps and branches, scattered as a trained router's plan is. */
  static CachePlan scattered(int steps, int branches, double share) {
    List<Integer> cells = new ArrayList<>();
    for (int cell = branches; cell < steps * branches; cell++) {
      cells.add(cell);
    }
    Collections.shuffle(cells, Noise.random(0, 0));
    int reused = Math.min(cells.size(), (int) Math.round(share * steps * branches));
    BitSet reuse = new BitSet();
    cells.subList(0, reused).forEach(reuse::set);
    return CachePlan.of(steps, branches, (step, branch) -> !reuse.get(step * branches + branch));
  }
}
