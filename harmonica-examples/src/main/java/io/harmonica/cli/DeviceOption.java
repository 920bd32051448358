package io.harmonica.cli;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import picocli.CommandLine.Option;

/** Where a command computes. */
final class DeviceOption {
  @Option(
      names = "--device",
      paramLabel = "auto|cpu|gpu[:n]",
      defaultValue = "auto",
      description = "where to compute; auto takes a GPU if the engine has one (${DEFAULT-VALUE})")
  private String text;

  /** Opens the root manager of a command on the device; the caller closes it. */
  NDManager open() {
    Engine engine = Engine.getEngine("PyTorch");
    return NDManager.newBaseManager(device(engine), "PyTorch");
  }

  private Device device(Engine engine) {
    int gpus = engine.getGpuCount();
    if ("auto".equals(text)) {
      return gpus > 0 ? Device.gpu() : Device.cpu();
    }
    if ("cpu".equals(text)) {
      return Device.cpu();
    }
    if (!text.matches("gpu(:\\d{1,3})?")) {
      throw new IllegalArgumentException("--device is " + text + ", expected auto, cpu or gpu[:n]");
    }
    int number = text.contains(":") ? Integer.parseInt(text.substring(4)) : 0;
    if (number >= gpus) {
      throw new IllegalArgumentException(
          "--device is "
              + text
              + ", but the engine sees "
              + gpus
              + " GPUs; run \"doctor\" to see what is missing");
    }
    return Device.gpu(number);
  }
}
