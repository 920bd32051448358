package io.harmonica.inception;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The network as a table: its blocks in their order, and the convolutions in each. */
final class InceptionBlocks {
  /** Images are resized to this side. */
  static final int SIDE = 299;

  static final int POOLED = 2048;
  static final int CLASSES = 1008;

  static final List<Block> ALL =
      List.of(
          block("Conv2d_", "stem", "1a_3x3 3 32 3 3", "2a_3x3 32 32 3 3", "2b_3x3 32 64 3 3"),
          block("Conv2d_", "stem2", "3b_1x1 64 80 1 1", "4a_3x3 80 192 3 3"),
          mixed5("Mixed_5b", 192, 32),
          mixed5("Mixed_5c", 256, 64),
          mixed5("Mixed_5d", 288, 64),
          block(
              "Mixed_6a.",
              "mixed6a",
              "branch3x3 288 384 3 3",
              "branch3x3dbl_1 288 64 1 1",
              "branch3x3dbl_2 64 96 3 3",
              "branch3x3dbl_3 96 96 3 3"),
          mixed6("Mixed_6b", 128),
          mixed6("Mixed_6c", 160),
          mixed6("Mixed_6d", 160),
          mixed6("Mixed_6e", 192),
          block(
              "Mixed_7a.",
              "mixed7a",
              "branch3x3_1 768 192 1 1",
              "branch3x3_2 192 320 3 3",
              "branch7x7x3_1 768 192 1 1",
              "branch7x7x3_2 192 192 1 7",
              "branch7x7x3_3 192 192 7 1",
              "branch7x7x3_4 192 192 3 3"),
          mixed7("Mixed_7b", "mixed7b", 1280),
          mixed7("Mixed_7c", "mixed7c", 2048));

  private InceptionBlocks() {}

  /**
   * A block, which is one call into the engine.
   *
   * @param name the name that its convolutions share
   * @param method the kernel
   * @param convolutions in the order of the kernel's arguments
   */
  record Block(String name, String method, List<Convolution> convolutions) {}

  /**
   * A convolution with its batch norm.
   *
   * @param name its name in checkpoints
   * @param weight [out, in, height, width]
   */
  record Convolution(String name, Shape weight) {
    String tensor(String part) {
      return name + "." + part;
    }
  }

  /** All tensors of a checkpoint by name. */
  static Map<String, Shape> shapes() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (Block block : ALL) {
      for (Convolution convolution : block.convolutions()) {
        shapes.put(convolution.tensor("conv.weight"), convolution.weight());
        Shape channels = new Shape(convolution.weight().get(0));
        for (String part : List.of("weight", "bias", "running_mean", "running_var")) {
          shapes.put(convolution.tensor("bn." + part), channels);
        }
      }
    }
    shapes.put("fc.weight", new Shape(CLASSES, POOLED));
    shapes.put("fc.bias", new Shape(CLASSES));
    return shapes;
  }

  private static Block mixed5(String name, int in, int pool) {
    return block(
        name + ".",
        "mixed5",
        "branch1x1 " + in + " 64 1 1",
        "branch5x5_1 " + in + " 48 1 1",
        "branch5x5_2 48 64 5 5",
        "branch3x3dbl_1 " + in + " 64 1 1",
        "branch3x3dbl_2 64 96 3 3",
        "branch3x3dbl_3 96 96 3 3",
        "branch_pool " + in + " " + pool + " 1 1");
  }

  private static Block mixed6(String name, int c) {
    String inner = " " + c + " " + c;
    return block(
        name + ".",
        "mixed6",
        "branch1x1 768 192 1 1",
        "branch7x7_1 768 " + c + " 1 1",
        "branch7x7_2" + inner + " 1 7",
        "branch7x7_3 " + c + " 192 7 1",
        "branch7x7dbl_1 768 " + c + " 1 1",
        "branch7x7dbl_2" + inner + " 7 1",
        "branch7x7dbl_3" + inner + " 1 7",
        "branch7x7dbl_4" + inner + " 7 1",
        "branch7x7dbl_5 " + c + " 192 1 7",
        "branch_pool 768 192 1 1");
  }

  private static Block mixed7(String name, String method, int in) {
    return block(
        name + ".",
        method,
        "branch1x1 " + in + " 320 1 1",
        "branch3x3_1 " + in + " 384 1 1",
        "branch3x3_2a 384 384 1 3",
        "branch3x3_2b 384 384 3 1",
        "branch3x3dbl_1 " + in + " 448 1 1",
        "branch3x3dbl_2 448 384 3 3",
        "branch3x3dbl_3a 384 384 1 3",
        "branch3x3dbl_3b 384 384 3 1",
        "branch_pool " + in + " 192 1 1");
  }

  /** Each convolution is written as its name, inputs, outputs, height and width. */
  private static Block block(String name, String method, String... convolutions) {
    List<Convolution> all = new ArrayList<>();
    for (String text : convolutions) {
      String[] parts = text.split(" ");
      Shape weight =
          new Shape(
              Long.parseLong(parts[2]),
              Long.parseLong(parts[1]),
              Long.parseLong(parts[3]),
              Long.parseLong(parts[4]));
      all.add(new Convolution(name + parts[0], weight));
    }
    return new Block(name.replaceAll("[._]$", ""), method, List.copyOf(all));
  }
}
