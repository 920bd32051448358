package io.harmonica.cli.selftest;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.harmonica.kernel.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Proves on a device that the library computes what it should, with the bundled model. The results
 * are compared with the processor's in float32 by the same code; those are compared with numbers
 * that were not made on this machine, or with what mathematics says.
 */
public final class SelfTest {
  private final Consumer<CheckResult> listener;
  private final List<CheckResult> results = new ArrayList<>();

  private SelfTest(Consumer<CheckResult> listener) {
    this.listener = listener;
  }

  /** What a check found: whether that is right, in words, and in numbers by name. */
  record Found(boolean passed, String detail, Map<String, Double> figures) {}

  @FunctionalInterface
  private interface Check {
    Found run() throws IOException;
  }

  /**
   * Runs all checks, about a minute.
   *
   * @param device a manager on the device
   * @param listener told of each result at once
   * @return all results; a check that threw did not pass
   * @throws IOException if the bundled model cannot be read
   */
  public static List<CheckResult> run(NDManager device, Consumer<CheckResult> listener)
      throws IOException {
    SelfTest test = new SelfTest(listener);
    try (NDManager cpu = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        SelfTestModel reference = new SelfTestModel(cpu, Precision.FLOAT32);
        SelfTestModel subject = new SelfTestModel(device, Precision.FLOAT32)) {
      SelfTestChecks checks = new SelfTestChecks(reference, subject);
      test.check("known numbers", checks::known);
      for (Precision precision : Precision.values()) {
        test.check("forward " + precision.text(), () -> checks.forward(device, precision));
      }
      test.check("sampling, full", checks::full);
      test.check("sampling, cached", checks::cached);
      test.check("training step", checks::gradient);
      test.check("search step", checks::search);
      test.check("memory", checks::memory);
      test.check("speed", checks::speed);
      test.check("tf32", () -> Tf32Child.compare(device.getDevice(), reference.forward()));
    }
    return test.results;
  }

  private void check(String name, Check check) {
    long start = System.nanoTime();
    Found found;
    try {
      found = check.run();
    } catch (IOException | RuntimeException e) {
      found = new Found(false, e.toString(), Map.of());
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    CheckResult result =
        new CheckResult(name, found.passed(), found.detail(), found.figures(), seconds);
    results.add(result);
    listener.accept(result);
  }
}
