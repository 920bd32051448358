package io.harmonica.inception;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Weights and images that follow a formula, so that the reference data need not hold any. */
public final class FormulaInception {
  private static final int FIRST_IMAGE = 100_000;

  private FormulaInception() {}

  /** A safetensors file with all weights. */
  public static Path write(Path file) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    int k = 0;
    for (Map.Entry<String, Shape> tensor : new TreeMap<>(InceptionBlocks.shapes()).entrySet()) {
      int number = k++;
      String name = tensor.getKey();
      Shape shape = tensor.getValue();
      writer.put(name, TensorType.F32, shape, () -> values(number, name, shape));
    }
    writer.write(file);
    return file;
  }

  private static float[] values(int k, String name, Shape shape) {
    float[] values = new float[(int) shape.size()];
    double fan = (double) shape.size() / shape.get(0);
    for (int i = 0; i < values.length; i++) {
      double u = (mix(k, i) & 0xffffffffL) / 0x1p32;
      values[i] = (float) value(name, u, fan);
    }
    return values;
  }

  private static double value(String name, double u, double fan) {
    if (name.endsWith("bn.weight")) {
      return 0.8 + 0.4 * u;
    }
    if (name.endsWith("bn.bias") || name.endsWith("running_mean")) {
      return 0.2 * (2 * u - 1);
    }
    if (name.endsWith("running_var")) {
      return 0.5 + u;
    }
    return name.equals("fc.bias") ? 0.1 * (2 * u - 1) : (2 * u - 1) * Math.sqrt(6 / fan);
  }

  /** The pixels of image j, [1, H, W, 3]; the formula counts colour by colour. */
  public static NDArray image(NDManager manager, int j, int height, int width) {
    byte[] pixels = new byte[3 * height * width];
    int plane = height * width;
    for (int i = 0; i < pixels.length; i++) {
      pixels[i % plane * 3 + i / plane] = (byte) (mix(FIRST_IMAGE + j, i) >>> 24);
    }
    return manager.create(ByteBuffer.wrap(pixels), new Shape(1, height, width, 3), DataType.UINT8);
  }

  private static int mix(int k, int i) {
    int h = (i + 1) * 0x9E3779B1 + (k + 1) * 0x85EBCA77;
    h ^= h >>> 16;
    h *= 0x21F0AAAD;
    h ^= h >>> 15;
    h *= 0x735A2D97;
    return h ^ h >>> 15;
  }
}
