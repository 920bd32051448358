package io.harmonica.cli.bench;

import io.harmonica.dit.RunnableDit;
import io.harmonica.kernel.Precision;
import io.harmonica.plan.CachePlan;
import java.io.IOException;
import java.util.List;

/** Sampling through hooks that compute everything, over the same kernels in a bare loop. */
record HookOverhead(BenchModel model, String suffix) implements FigureGroup {
  private static final double TOLERANCE = 1e-3;

  @Override
  public List<String> names() {
    return List.of("hook_overhead" + suffix, "sampling_seconds" + suffix);
  }

  @Override
  public List<Figure> measure(Workbench bench) throws IOException {
    try (Subject<RunnableDit> subject = Subject.open(bench, model, Precision.FLOAT32);
        BareDit bare = new BareDit(subject)) {
      int branches = subject.model().layout().branches();
      CachePlan plan = CachePlan.ofSteps(bench.steps(), branches, step -> true);
      var schedule = subject.sampler(bench.steps()).schedule();
      boolean clip = subject.runnable().diffusion().clip();
      requireEqual(subject.sample(plan), bare.sample(subject.noise(), schedule, clip));
      double[][] seconds =
          bench.interleave(
              () -> subject.sample(plan), () -> bare.sample(subject.noise(), schedule, clip));
      return List.of(
          Figure.of(names().get(0), "ratio", Workbench.ratios(seconds[0], seconds[1], 1)),
          Figure.of(names().get(1), "s", seconds[0]));
    }
  }

  /** What does not compute the same must not be compared. */
  private static void requireEqual(float[] ours, float[] bare) {
    double largest = 0;
    double apart = 0;
    for (int i = 0; i < ours.length; i++) {
      largest = Math.max(largest, Math.abs(bare[i]));
      apart = Math.max(apart, Math.abs(ours[i] - bare[i]));
    }
    if (!(apart <= TOLERANCE * largest)) {
      throw new IllegalStateException(
          "the bare loop samples something else: %g apart of %g".formatted(apart, largest));
    }
  }
}
