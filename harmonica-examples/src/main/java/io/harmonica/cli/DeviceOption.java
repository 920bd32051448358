package io.harmonica.cli;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.harmonica.cli.work.Devices;
import picocli.CommandLine.Option;

/** Where a command computes. */
final class DeviceOption {
  @Option(
      names = "--device",
      paramLabel = "auto|cpu|gpu[:n]",
      defaultValue = "auto",
      description =
          "where to compute; auto takes a GPU if the engine has one. Where work is spread, several"
              + " with commas, a worker for each: gpu:0,gpu:1 (${DEFAULT-VALUE})")
  private String text;

  /** Opens the root manager of a command on the one device; the caller closes it. */
  NDManager open() {
    Devices devices = devices();
    if (devices.names().size() > 1) {
      throw new IllegalArgumentException(
          "--device is " + text + ", but this command's work is not spread; give one device");
    }
    return openFirst();
  }

  /** Opens a manager on the first device, for a command whose work is spread. */
  NDManager openFirst() {
    return NDManager.newBaseManager(Devices.device(devices().names().get(0)), "PyTorch");
  }

  /** All devices that are given. */
  Devices devices() {
    return Devices.parse(text);
  }

  /** How results name where they were made. */
  String name(Device first) {
    return devices().names().size() == 1 ? first.toString() : text;
  }
}
