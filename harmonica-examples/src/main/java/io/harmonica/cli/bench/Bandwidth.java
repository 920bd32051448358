package io.harmonica.cli.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.kernel.TorchKernels;
import java.util.List;
import java.util.Map;

/** How fast the device's memory is: the floor of everything that multiplies no matrices. */
record Bandwidth() implements FigureGroup {
  private static final long FLOATS = 64L << 20;

  @Override
  public List<String> names() {
    return List.of("memory_bandwidth");
  }

  @Override
  public List<Figure> measure(Workbench bench) {
    try (NDManager manager = bench.manager().newSubManager();
        TorchKernels kernels =
            TorchKernels.compile(
                manager, Bandwidth.class, "products.py", "ProductKernels", Map.of())) {
      NDArray source = manager.ones(new Shape(FLOATS));
      NDArray target = manager.zeros(new Shape(FLOATS));
      double[] seconds = bench.interleave(() -> kernels.call("copy", target, source).close())[0];
      double[] speed = new double[seconds.length];
      for (int i = 0; i < speed.length; i++) {
        speed[i] = 2.0 * Float.BYTES * FLOATS / 1e9 / seconds[i];
      }
      return List.of(Figure.of(names().get(0), "GB/s", speed));
    }
  }
}
