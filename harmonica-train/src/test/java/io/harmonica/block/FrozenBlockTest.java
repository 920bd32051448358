package io.harmonica.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.training.GradientCollector;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both kinds of blocks outside of a model. */
final class FrozenBlockTest {
  @TempDir private Path folder;
  private OwnTransformer own;
  private NDManager manager;

  @BeforeEach
  void open() throws IOException {
    own = new OwnTransformer(folder);
    manager = own.manager;
  }

  @AfterEach
  void close() {
    own.close();
  }

  private Block script() {
    return own.blocks.stream().filter(PtSymbolBlock.class::isInstance).findFirst().orElseThrow();
  }

  private Block sequence() {
    return own.blocks.stream().filter(SequentialBlock.class::isInstance).findFirst().orElseThrow();
  }

  /** The files were saved in training mode, and both kinds have dropout of a half. */
  @Test
  void nothingIsDropped() {
    NDArray x = manager.randomNormal(new Shape(2, 16, 8));
    NDArray c = manager.randomNormal(new Shape(2, 8));
    FrozenBlock attention = FrozenBlock.of(script());
    FrozenBlock mlp = FrozenBlock.of(sequence());
    assertThat(attention.call(x, c)).isEqualTo(attention.call(x, c));
    assertThat(mlp.call(x)).isEqualTo(mlp.call(x));
  }

  @Test
  void resultsEnterALaterGraph() {
    NDArray x = manager.randomNormal(new Shape(2, 16, 8));
    NDArray c = manager.randomNormal(new Shape(2, 8));
    NDArray before = FrozenBlock.of(script()).call(x, c);
    NDArray scale = manager.create(new float[] {2});
    scale.setRequiresGradient(true);
    try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
      // The product's gradient needs what was computed outside of the graph.
      collector.backward(before.mul(scale).sum());
    }
    float sum = before.sum().getFloat();
    assertThat(scale.getGradient().getFloat())
        .isCloseTo(sum, within(1e-4f + 1e-4f * Math.abs(sum)));
  }

  @Test
  void weightsAreFrozen() {
    FrozenBlock.of(sequence());
    FrozenBlock.of(script());
    assertThat(sequence().getParameters().values())
        .isNotEmpty()
        .noneMatch(parameter -> parameter.getArray().hasGradient());
    assertThat(script().getParameters().values())
        .hasSize(2)
        .noneMatch(parameter -> parameter.getArray().hasGradient());
  }

  @Test
  void whatCannotBeFrozenIsRefused() {
    Block bare = Linear.builder().setUnits(3).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FrozenBlock.of(bare))
        .withMessageContaining("Linear")
        .withMessageContaining("call initialize");
    Block mixed = new SequentialBlock().add(new SequentialBlock().add(script()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FrozenBlock.of(mixed))
        .withMessageContaining("contains a TorchScript block");
  }

  /** The engine's way to load a script by itself: its weights are inference tensors. */
  @Test
  void weightsLoadedForInferenceAreRefused() throws IOException {
    Path file = TorchScriptFile.attention(folder, 8, 5);
    try (ZooModel<NDList, NDList> plain = OwnTransformer.load(file, false)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> FrozenBlock.of(plain.getBlock()))
          .withMessageContaining("load the block with the option trainParam=true");
    }
  }

  @Test
  void severalOutputsComeAsAList() {
    FrozenBlock pair =
        FrozenBlock.of(new SequentialBlock().add(in -> new NDList(in.head(), in.head().add(1))));
    NDArray x = manager.zeros(new Shape(2));
    assertThat(pair.forward(new NDList(x))).hasSize(2);
  }
}
