package io.harmonica.cli.work;

import ai.djl.Device;
import ai.djl.engine.Engine;
import io.harmonica.work.Place;
import java.io.Serializable;
import java.util.List;

/**
 * Which devices a command may use. It travels to workers, who choose among what is there.
 *
 * @param names each of them {@value #AUTO}, {@code cpu} or {@code gpu[:n]}
 */
public record Devices(List<String> names) implements Serializable {
  private static final String AUTO = "auto";

  /**
   * Copies the names.
   *
   * @param names see the record
   */
  public Devices {
    names = List.copyOf(names);
  }

  /**
   * Reads a list of devices.
   *
   * @param text names with commas between
   * @return the devices
   * @throws IllegalArgumentException if a name is none, or {@value #AUTO} stands among others
   */
  public static Devices parse(String text) {
    List<String> names = List.of(text.split(",", -1));
    for (String name : names) {
      if (!name.matches("cpu|gpu(:\\d{1,3})?") && !(name.equals(AUTO) && names.size() == 1)) {
        throw new IllegalArgumentException(
            "--device is %s, expected auto, cpu or gpu[:n], or several with commas: gpu:0,gpu:1"
                .formatted(text));
      }
    }
    return new Devices(names);
  }

  /**
   * Chooses the device of a worker: what its cluster has assigned, else one of the list in turn.
   *
   * @param place which worker
   * @return the device
   * @throws IllegalArgumentException if the engine does not see it
   */
  public Device of(Place place) {
    String name = names.get(place.number() % names.size());
    return name.equals(AUTO) && place.gpu().isPresent()
        ? device("gpu:" + place.gpu().getAsInt())
        : device(name);
  }

  /**
   * Names a device.
   *
   * @param device the device
   * @return what {@link #device} finds it by
   */
  public static String name(Device device) {
    return device.isGpu() ? "gpu:" + device.getDeviceId() : "cpu";
  }

  /**
   * Finds a device.
   *
   * @param name its name
   * @return the device; for {@value #AUTO} a GPU if there is one
   * @throws IllegalArgumentException if the engine does not see it
   */
  public static Device device(String name) {
    int gpus = Engine.getEngine("PyTorch").getGpuCount();
    if (AUTO.equals(name)) {
      return gpus > 0 ? Device.gpu() : Device.cpu();
    }
    if ("cpu".equals(name)) {
      return Device.cpu();
    }
    int number = name.contains(":") ? Integer.parseInt(name.substring(4)) : 0;
    if (number >= gpus) {
      throw new IllegalArgumentException(
          "--device is %s, but the engine sees %d GPUs; run \"doctor\" to see what is missing"
              .formatted(name, gpus));
    }
    return Device.gpu(number);
  }
}
