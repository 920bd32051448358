package io.harmonica.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.plan.CachePlan;
import io.harmonica.train.TrainableRouter;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RefinementStateTest {
  private static final CachePlan PLAN =
      CachePlan.of(3, 2, (step, branch) -> step == 0 || step == branch + 1);

  @TempDir private Path folder;

  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("state");
  }

  @Test
  void comesBackAsItWas() throws IOException {
    float[][] logits = {{5, 5}, {-1.5f, 0.25f}, {3, -4}};
    new RefinementState(TrainableRouter.of(logits), PLAN, 2).write(file, "this training");
    RefinementState state = RefinementState.read(file, "this training").orElseThrow();
    assertThat(state.plan()).isEqualTo(PLAN);
    assertThat(state.rounds()).isEqualTo(2);
    assertThat(state.router().state().logits()).isDeepEqualTo(logits);
    assertThatThrownBy(() -> RefinementState.read(file, "another"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("this training")
        .hasMessageContaining("another");
  }

  @Test
  void otherFilesAreNoRefinement() throws IOException {
    new SafetensorsWriter()
        .metadata("format", "harmonica-router-training/3")
        .put("logits", new Shape(1, 1), new float[1])
        .write(file);
    assertThat(RefinementState.read(file, "")).isEmpty();
  }

  @Test
  void damagedFilesAreRefused() throws IOException {
    write("2", new Shape(2, 3));
    assertThatThrownBy(() -> RefinementState.read(file, ""))
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageContaining("do not fit together");
    write("two", new Shape(3, 2));
    assertThatThrownBy(() -> RefinementState.read(file, ""))
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageContaining("metadata is damaged");
  }

  private void write(String rounds, Shape computed) throws IOException {
    new SafetensorsWriter()
        .metadata("format", "harmonica-refinement/1")
        .metadata("fingerprint", "")
        .metadata("rounds", rounds)
        .put("logits", new Shape(3, 2), new float[6])
        .put("computed", computed, new float[6])
        .write(file);
  }
}
