package io.harmonica.cli.bench;

import io.harmonica.diffusion.Noise;
import io.harmonica.kernel.Precision;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.Forecast;
import io.harmonica.plan.ForecastRule;
import io.harmonica.plan.TaylorForecast;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * Measured speed-up of cached sampling over the theoretical one, at three shares of cells that are
 * not computed, and the seconds that a trajectory takes without a cache and at each share.
 *
 * @param what the figures' name begins with it
 * @param percent the shares
 * @param rule makes what is not computed
 * @param model what runs
 * @param suffix the figures' name ends with it
 */
record CachedEfficiency(
    String what, List<Integer> percent, ForecastRule rule, BenchSubject<?> model, String suffix)
    implements FigureGroup {

  /** Cells that repeat, as the paper's do. */
  static CachedEfficiency repeating(BenchSubject<?> model, String suffix) {
    return new CachedEfficiency("cached", List.of(25, 37, 50), ForecastRule.REUSE, model, suffix);
  }

  /** Forecasts of up to four outputs, with weights for each half, as the default recipe's are. */
  static CachedEfficiency forecasting(BenchSubject<?> model, String suffix) {
    return new CachedEfficiency(
        "forecast", List.of(25, 50, 75), CachedEfficiency::forecast, model, suffix);
  }

  private static Forecast forecast(int step, int branch, int[] history) {
    Forecast third = new TaylorForecast(3).forecast(step, branch, history);
    Forecast second = new TaylorForecast(2).forecast(step, branch, history);
    float[] conditional = new float[third.terms()];
    float[] unconditional = new float[third.terms()];
    for (int term = 0; term < third.terms(); term++) {
      conditional[term] = third.weight(0, term);
      unconditional[term] = term < second.terms() ? second.weight(0, term) : 0.01f;
    }
    return Forecast.ofHalves(conditional, unconditional);
  }

  @Override
  public List<String> names() {
    return Stream.concat(
            Stream.of("efficiency", "speedup")
                .flatMap(kind -> percent.stream().map(share -> name(kind, share))),
            Stream.concat(Stream.of(0), percent.stream()).map(share -> name("seconds", share)))
        .toList();
  }

  private String name(String kind, int share) {
    return "%s_%s_%d%s".formatted(what, kind, share, suffix);
  }

  @Override
  public List<Figure> measure(Workbench bench) throws IOException {
    try (Subject<?> subject = Subject.open(bench, model, Precision.FLOAT32)) {
      int shares = percent.size();
      CachePlan[] plans = new CachePlan[1 + shares];
      Runnable[] tasks = new Runnable[plans.length];
      for (int i = 0; i < plans.length; i++) {
        double share = i == 0 ? 0 : share(percent.get(i - 1));
        CachePlan plan =
            scattered(bench.steps(), subject.model().layout().branches(), share).forecasting(rule);
        plans[i] = plan;
        tasks[i] = () -> subject.sample(plan);
      }
      double[][] seconds = bench.interleave(tasks);
      List<Figure> efficiencies = new ArrayList<>();
      List<Figure> speedups = new ArrayList<>();
      List<Figure> trajectories = new ArrayList<>();
      trajectories.add(Figure.of(name("seconds", 0), "s", seconds[0]));
      for (int i = 0; i < shares; i++) {
        int reused = percent.get(i);
        double theory = subject.model().cost().speedup(plans[i + 1]);
        double[] speedup = Workbench.ratios(seconds[0], seconds[i + 1], 1);
        double[] efficiency = Workbench.ratios(seconds[0], seconds[i + 1], 1 / theory);
        efficiencies.add(Figure.of(name("efficiency", reused), "ratio", efficiency));
        speedups.add(Figure.of(name("speedup", reused), "ratio", speedup));
        trajectories.add(Figure.of(name("seconds", reused), "s", seconds[i + 1]));
      }
      efficiencies.addAll(speedups);
      efficiencies.addAll(trajectories);
      return efficiencies;
    }
  }

  /** Names have whole numbers: 37 is three eighths. */
  private static double share(int percent) {
    return percent == 37 ? 0.375 : percent / 100.0;
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
