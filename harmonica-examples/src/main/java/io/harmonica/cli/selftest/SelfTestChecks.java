package io.harmonica.cli.selftest;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.selftest.SelfTest.Found;
import io.harmonica.kernel.Precision;
import io.harmonica.plan.CachePlan;
import io.harmonica.policy.FullPolicy;
import io.harmonica.policy.IntervalPolicy;
import io.harmonica.search.SampleErrors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The checks of a self-test.
 *
 * @param reference the model on the processor, in float32
 * @param subject the model on the device, in float32
 */
record SelfTestChecks(SelfTestModel reference, SelfTestModel subject) {
  /** What rounding explains, as a share of the largest value. */
  private static final Map<Precision, Double> FORWARD =
      Map.of(Precision.FLOAT32, 1e-4, Precision.FLOAT16, 2e-2, Precision.BFLOAT16, 8e-2);

  /** Products of ten bits, which NVIDIA's TF32 has. */
  static final double TF32 = 1e-2;

  /** Rounding grows along a trajectory. */
  private static final double SAMPLE = 1e-2;

  private static final double GRADIENT = 2e-2;
  private static final int TRAJECTORIES = 8;
  private static final int REUSING = 2;

  /** Every 97th output of the forward pass, recorded once on Linux with an AMD EPYC. */
  private static final float[] KNOWN = {
    1.069496f, -1.645973f, -0.77623653f, 1.3844408f,
    1.9515808f, 0.71074146f, 0.38701105f, -0.24526444f,
    0.6845858f, 0.19179559f, -1.4221014f, 0.7725527f,
    0.028307782f, 0.27953658f, -1.1933523f, 0.7087866f
  };

  private static final int KNOWN_STRIDE = 97;

  Found known() {
    float[] output = reference.forward();
    float[] picked = new float[KNOWN.length];
    for (int i = 0; i < picked.length; i++) {
      picked[i] = output[i * KNOWN_STRIDE];
    }
    return close("the processor's forward pass and recorded numbers", KNOWN, picked, 1e-4);
  }

  Found forward(NDManager device, Precision precision) throws IOException {
    try (SelfTestModel model = new SelfTestModel(device, precision)) {
      boolean coarse = precision == Precision.FLOAT32 && Tf32Child.isOn();
      return close(
          "a forward pass and the processor's in float32",
          reference.forward(),
          model.forward(),
          coarse ? TF32 : FORWARD.get(precision));
    }
  }

  Found full() {
    CachePlan plan = subject.setup().plan(new FullPolicy());
    return close(
        "x_0 after %d steps and the processor's".formatted(SelfTestModel.STEPS),
        reference.sample(plan),
        subject.sample(plan),
        SAMPLE);
  }

  /** Reuse has to change the image, and by as much as on the processor. */
  Found cached() {
    CachePlan plan = subject.setup().plan(new IntervalPolicy(REUSING));
    float[] expected = reference.sample(plan);
    float[] found = subject.sample(plan);
    double error =
        Differences.meanSquare(found, subject.sample(subject.setup().plan(new FullPolicy())));
    Found same =
        close("x_0 with every second step reused and the processor's", expected, found, SAMPLE);
    Map<String, Double> figures = new LinkedHashMap<>(same.figures());
    figures.put("image_error", error);
    return new Found(
        same.passed() && error > 0 && error < 0.1,
        same.detail() + ", image error %.2g".formatted(error),
        figures);
  }

  /** The engine's gradient against the processor's, and that one against finite differences. */
  Found gradient() {
    float[] logits = new float[subject.setup().layout().branches()];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) Math.sin(i);
    }
    float[] expected = reference.gradient(logits).gradient();
    float[] found = subject.gradient(logits).gradient();
    Found same =
        close("a training step's gradients and the processor's", expected, found, GRADIENT);
    int steepest = 0;
    for (int i = 1; i < expected.length; i++) {
      steepest = Math.abs(expected[i]) > Math.abs(expected[steepest]) ? i : steepest;
    }
    double slope = slope(logits, steepest);
    double off = Math.abs(slope - found[steepest]) / Math.abs(slope);
    Map<String, Double> figures = new LinkedHashMap<>(same.figures());
    figures.put("finite_difference", off);
    return new Found(
        same.passed() && off <= GRADIENT,
        same.detail() + ", %.1g off the slope by small changes".formatted(off),
        figures);
  }

  private double slope(float[] logits, int branch) {
    float change = 0.1f;
    float[] up = logits.clone();
    float[] down = logits.clone();
    up[branch] += change;
    down[branch] -= change;
    return (reference.gradient(up).loss() - reference.gradient(down).loss())
        / ((double) up[branch] - down[branch]);
  }

  /** A search's errors against the processor's, and against trajectories sampled one by one. */
  Found search() {
    List<CachePlan> plans = new ArrayList<>();
    for (int interval = REUSING; interval <= 4; interval++) {
      plans.add(subject.setup().plan(new IntervalPolicy(interval)));
    }
    SampleErrors expected = reference.search(plans.get(0), plans.subList(1, plans.size()));
    SampleErrors found = subject.search(plans.get(0), plans.subList(1, plans.size()));
    float[] full = subject.sample(subject.setup().plan(new FullPolicy()));
    float[] sampled = new float[plans.size()];
    for (int i = 0; i < sampled.length; i++) {
      sampled[i] = (float) Differences.meanSquare(full, subject.sample(plans.get(i)));
    }
    double alone = Differences.largest(sampled, errors(found));
    Found same =
        close("image errors of plans and the processor's", errors(expected), errors(found), 0.05);
    return new Found(
        same.passed() && alone <= 1e-3,
        same.detail() + ", %.1g off those sampled one by one".formatted(alone),
        same.figures());
  }

  private static float[] errors(SampleErrors measured) {
    float[] errors = new float[measured.variants().length + 1];
    errors[0] = (float) SampleErrors.mean(measured.base());
    for (int i = 1; i < errors.length; i++) {
      errors[i] = (float) SampleErrors.mean(measured.variants()[i - 1]);
    }
    return errors;
  }

  /** Arrays that are held must not grow from trajectory to trajectory. */
  Found memory() {
    CachePlan plan = subject.setup().plan(new IntervalPolicy(REUSING));
    int before = subject.arrays();
    int most = before;
    for (int i = 0; i < TRAJECTORIES; i++) {
      subject.sample(plan);
      most = Math.max(most, subject.arrays());
    }
    return new Found(
        most == before,
        "%d arrays before and %d after %d trajectories".formatted(before, most, TRAJECTORIES),
        Map.of("arrays_before", (double) before, "arrays_after", (double) most));
  }

  Found speed() {
    double full = rate(subject.setup().plan(new FullPolicy()));
    double cached = rate(subject.setup().plan(new IntervalPolicy(REUSING)));
    return new Found(
        cached > 0 && full > 0,
        String.format(
            Locale.ROOT,
            "%.1f images a second in full, %.1f with every second step reused",
            full,
            cached),
        Map.of("images_per_second_full", full, "images_per_second_cached", cached));
  }

  private double rate(CachePlan plan) {
    return rate(subject, plan);
  }

  /** Images a second, the best of several trajectories. */
  static double rate(SelfTestModel model, CachePlan plan) {
    model.sample(plan);
    double best = 0;
    for (int i = 0; i < 3; i++) {
      long start = System.nanoTime();
      model.sample(plan);
      best = Math.max(best, SelfTestModel.BATCH * 1e9 / (System.nanoTime() - start));
    }
    return best;
  }

  static Found close(String what, float[] expected, float[] found, double tolerance) {
    double difference = Differences.largest(expected, found);
    return new Found(
        difference <= tolerance,
        String.format(Locale.ROOT, "%s differ by %.2g, at most %.0e", what, difference, tolerance),
        Map.of("difference", difference, "tolerance", tolerance));
  }
}
