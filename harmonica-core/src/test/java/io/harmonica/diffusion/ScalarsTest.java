package io.harmonica.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ScalarsTest {

  @Test
  void multiplies() {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray product = Scalars.times(manager.create(new float[] {1, -2, 0.5f}), -3);
      assertThat(product.toFloatArray()).containsExactly(-3, 6, -1.5f);
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
