package io.harmonica.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.torch.TorchFileWriter;
import io.harmonica.plan.CachePlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Learning-to-Cache's routers for U-ViT: bare rows, of which each serves a move of two calls. */
class SolverRouterFileTest {
  @TempDir Path folder;

  private Router read(float[]... rows) throws IOException {
    TorchFileWriter writer = new TorchFileWriter();
    for (int row = 0; row < rows.length; row++) {
      int number = row;
      writer.put(row + ".prob", new Shape(rows[row].length), () -> rows[number]);
    }
    Path file = folder.resolve("router.pth");
    writer.write(file);
    return Router.read(file);
  }

  @Test
  void rowsServeTheFirstCallsOfTheirMoves() throws IOException {
    float[] random = {-1, -1, -1};
    Router router =
        read(
            random,
            new float[] {16, -16, -16},
            new float[] {-16, 16, 2},
            random,
            random,
            random,
            random);
    CachePlan plan = router.uncheckedPlan();
    assertThat(plan).hasToString("###\n###\n#..\n###\n.#.\n###\n...\n");
    assertThat(router.provenance().threshold()).isEqualTo(0.9);
    assertThat(router.provenance().sampler()).isEqualTo("dpm-singlestep");
  }

  @Test
  void missingAndUnequalRowsAreRefused() throws IOException {
    assertThatThrownBy(() -> read(new float[2], new float[3]))
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageContaining("row 1 is another than row 0");
    Path file = folder.resolve("gap.pth");
    TorchFileWriter writer = new TorchFileWriter();
    for (int row : List.of(0, 2)) {
      writer.put(row + ".prob", new Shape(2), () -> new float[2]);
    }
    writer.write(file);
    assertThatThrownBy(() -> Router.read(file))
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageContaining("has 2 rows, but no row 1");
  }
}
