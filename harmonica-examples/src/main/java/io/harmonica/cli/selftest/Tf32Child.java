package io.harmonica.cli.selftest;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.harmonica.cli.selftest.SelfTest.Found;
import io.harmonica.kernel.Precision;
import io.harmonica.policy.FullPolicy;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Runs the model with TF32 on or off. The switch is one of NVIDIA's library and is read once when
 * that starts, so each position needs a process of its own: this is its main class.
 */
public final class Tf32Child {
  /** Overrides what the engine asks of cuBLAS. */
  private static final String SWITCH = "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE";

  private static final String ON = "1";

  private Tf32Child() {}

  /** Whether this process multiplies in TF32 where it can. */
  static boolean isOn() {
    return ON.equals(System.getenv(SWITCH));
  }

  /**
   * Writes images a second and a forward pass's output to a file.
   *
   * @param args the device and the file
   * @throws IOException if the model cannot be read or the file not be written
   */
  public static void main(String[] args) throws IOException {
    System.setProperty("OPT_OUT_TRACKING", "true");
    EngineVariables.ofProcess().prepare();
    try (NDManager manager = NDManager.newBaseManager(Device.fromName(args[0]), "PyTorch");
        SelfTestModel model = new SelfTestModel(manager, Precision.FLOAT32);
        DataOutputStream out = new DataOutputStream(Files.newOutputStream(Path.of(args[1])))) {
      float[] output = model.forward();
      out.writeDouble(SelfTestChecks.rate(model, model.setup().plan(new FullPolicy())));
      out.writeInt(output.length);
      for (float value : output) {
        out.writeFloat(value);
      }
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // a bare carrier
  private record Measured(double rate, float[] output) {}

  /** Compares both positions of the switch. A processor has none, and both have to be alike. */
  static Found compare(Device device, float[] reference) throws IOException {
    Measured off = measure(device, "0");
    Measured on = measure(device, ON);
    double exact = Differences.largest(reference, off.output());
    double coarse = Differences.largest(reference, on.output());
    double limit = device.isGpu() ? SelfTestChecks.TF32 : 1e-4;
    return new Found(
        exact <= 1e-4 && coarse <= limit,
        String.format(
            Locale.ROOT,
            "off: %.1f images a second, differs by %.2g; on: %.1f, %.2g%s",
            off.rate(),
            exact,
            on.rate(),
            coarse,
            device.isGpu() ? "" : " (a processor has no TF32)"),
        Map.of(
            "images_per_second_off",
            off.rate(),
            "difference_off",
            exact,
            "images_per_second_on",
            on.rate(),
            "difference_on",
            coarse));
  }

  private static Measured measure(Device device, String position) throws IOException {
    Path file = Files.createTempFile("harmonica", ".tf32");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(
                  List.of(
                      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                      "-Dai.djl.offline=" + Boolean.getBoolean("ai.djl.offline"),
                      "-Djava.awt.headless=true",
                      "-cp",
                      System.getProperty("java.class.path"),
                      Tf32Child.class.getName(),
                      device.toString().replaceAll("[()]", ""),
                      file.toString()))
              .redirectErrorStream(true);
      builder.environment().put(SWITCH, position);
      Process process = builder.start();
      try (BufferedReader log = process.inputReader()) {
        List<String> lines = log.lines().toList();
        if (process.waitFor() != 0) {
          throw new IOException("a process of the self-test failed: " + String.join(" / ", lines));
        }
      } finally {
        process.destroy();
      }
      return read(file);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a process of the self-test ran", e);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static Measured read(Path file) throws IOException {
    try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      double rate = in.readDouble();
      float[] output = new float[in.readInt()];
      for (int i = 0; i < output.length; i++) {
        output[i] = in.readFloat();
      }
      return new Measured(rate, output);
    }
  }
}
