package io.harmonica.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ScalarsTest {

  @Test
  void multiplies() {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray product = Scalars.times(manager.create(new float[] {1, -2, 0.5f}), -3);
      assertThat(product.toFloatArray()).containsExactly(-3, 6, -1.5f);
    }
  }

  /** Recorded results were made with the engine's own arithmetic. */
  @Test
  void resultsAreTheEnginesBitByBit() {
    Random random = new Random(0);
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      for (int round = 0; round < 200; round++) {
        // Odd sizes end in what no vector instruction takes.
        NDArray x = Noise.normal(manager, random, new Shape(1 + random.nextInt(100)));
        double number = random.nextGaussian() * Math.pow(10, random.nextInt(8) - 4);
        assertSame(Scalars.times(x, number), x.mul(number));
        assertSame(Scalars.over(x, number), x.div(number));
        assertSame(Scalars.plus(x, number), x.add(number));
        assertSame(Scalars.clip(x, -1, 1), x.clip(-1, 1));
      }
      NDArray odd =
          manager.create(
              new float[] {
                Float.NaN, -0f, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1, Float.MIN_VALUE
              });
      assertSame(Scalars.clip(odd, -1, 1), odd.clip(-1, 1));
    }
  }

  @Test
  void doublePrecisionIsKept() {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = manager.create(new double[] {1, -3});
      assertThat(Scalars.times(x, 0.1).toDoubleArray()).containsExactly(0.1, -3 * 0.1);
      assertThat(Scalars.over(x, 0.3).toDoubleArray()).containsExactly(1 / 0.3, -3 / 0.3);
      assertThat(Scalars.plus(x, 1e-12).toDoubleArray()).containsExactly(1 + 1e-12, -3 + 1e-12);
      assertThat(Scalars.clip(x, -0.1, 0.1).toDoubleArray()).containsExactly(0.1, -0.1);
    }
  }

  private static void assertSame(NDArray found, NDArray expected) {
    float[] values = found.toFloatArray();
    float[] engine = expected.toFloatArray();
    assertThat(values).hasSameSizeAs(engine);
    for (int i = 0; i < values.length; i++) {
      assertThat(Float.floatToIntBits(values[i])).isEqualTo(Float.floatToIntBits(engine[i]));
    }
  }

  /** The engine's own product by a number fails here within a few rounds. */
  @Test
  void theNumberOutlivesGarbageCollectionBeforeTheBackwardPass() throws InterruptedException {
    for (int round = 0; round < 5; round++) {
      try (NDManager manager = NDManager.newBaseManager("PyTorch");
          GradientCollector collector = manager.getEngine().newGradientCollector()) {
        NDArray x = manager.ones(new Shape(4));
        x.setRequiresGradient(true);
        NDArray loss = x;
        for (int factor = 0; factor < 50; factor++) {
          loss = Scalars.times(loss, factor % 2 == 0 ? 2 : 0.5);
        }
        collectAndOverwrite();
        collector.backward(loss.sum());
        assertThat(x.getGradient().toFloatArray()).containsOnly(1);
      }
    }
  }

  /** Frees unreachable direct buffers and writes into memory of the same size. */
  private static void collectAndOverwrite() throws InterruptedException {
    System.gc();
    Thread.sleep(50);
    List<ByteBuffer> garbage = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(i % 2 == 0 ? Float.BYTES : Double.BYTES);
      while (buffer.hasRemaining()) {
        buffer.put((byte) 0x47);
      }
      garbage.add(buffer);
    }
    assertThat(garbage).hasSize(2000);
  }
}
