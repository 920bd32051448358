package io.harmonica.block;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.training.initializer.NormalInitializer;
import io.harmonica.diffusion.Conditioning;
import io.harmonica.plan.BranchKind;
import io.harmonica.plan.ComputeCost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Somebody's transformer of two blocks: attention is a TorchScript file that is loaded through
 * Criteria, all else is composed of DJL's blocks. The context is an embedding of time and label,
 * and feed-forward branches are gated by it.
 */
final class OwnTransformer implements AutoCloseable {
  static final int BLOCKS = 2;
  static final Shape SAMPLE = new Shape(1, 4, 4);
  private static final int WIDTH = 8;

  final NDManager manager = NDManager.newBaseManager("PyTorch");
  final List<Block> blocks = new ArrayList<>();
  final BlockDenoiser model;
  private final List<ZooModel<NDList, NDList>> loaded = new ArrayList<>();

  OwnTransformer(Path folder) throws IOException {
    manager.getEngine().setRandomSeed(3);
    FrozenBlock embed = FrozenBlock.of(composed(Linear.builder().setUnits(WIDTH).build(), 1));
    FrozenBlock context = FrozenBlock.of(composed(Linear.builder().setUnits(WIDTH).build(), 2));
    FrozenBlock last = FrozenBlock.of(composed(Linear.builder().setUnits(1).build(), WIDTH));
    List<ResidualBranch> branches = new ArrayList<>();
    for (int block = 0; block < BLOCKS; block++) {
      branches.add(
          ResidualBranch.of(
              BranchKind.SELF_ATTENTION, load(TorchScriptFile.attention(folder, WIDTH, block))));
      FrozenBlock mlp = FrozenBlock.of(composed(mlp(), WIDTH));
      branches.add(
          ResidualBranch.of(BranchKind.FEED_FORWARD, (tokens, c) -> mlp.call(tokens))
              .mergedBy((tokens, out, c) -> tokens.add(out.mul(c.head().expandDims(1)))));
    }
    BlockDenoiser.Stem stem =
        (x, times, conditioning) -> {
          NDArray label = conditioning.singletonOrThrow().toType(DataType.FLOAT32, false);
          NDArray facts = times.div(1000).expandDims(1).concat(label.expandDims(1), 1);
          return new NDList(embed.call(x.reshape(-1, 16, 1)), context.call(facts));
        };
    BlockDenoiser.Head head = (tokens, c) -> last.call(tokens).reshape(-1, 1, 4, 4);
    model = new BlockDenoiser(stem, branches, head, new ComputeCost(10, new long[] {5, 9, 5, 9}));
  }

  private static Block mlp() {
    return new SequentialBlock()
        .add(Linear.builder().setUnits(2 * WIDTH).build())
        .add(Activation.geluBlock())
        .add(Dropout.builder().optRate(0.5f).build())
        .add(Linear.builder().setUnits(WIDTH).build());
  }

  private Block composed(Block block, int inputs) {
    block.setInitializer(new NormalInitializer(0.4f), parameter -> true);
    block.initialize(manager, DataType.FLOAT32, new Shape(1, inputs));
    blocks.add(block);
    return block;
  }

  private Block load(Path file) throws IOException {
    ZooModel<NDList, NDList> zoo = load(file, true);
    loaded.add(zoo);
    blocks.add(zoo.getBlock());
    return zoo.getBlock();
  }

  static ZooModel<NDList, NDList> load(Path file, boolean trainParam) throws IOException {
    try {
      return Criteria.builder()
          .setTypes(NDList.class, NDList.class)
          .optModelPath(file)
          .optEngine("PyTorch")
          .optOption("trainParam", Boolean.toString(trainParam))
          .build()
          .loadModel();
    } catch (ModelNotFoundException | MalformedModelException e) {
      throw new IOException(e);
    }
  }

  /** Labels 0 to 3, and -1 for none. */
  Conditioning draw(NDManager owner, Random random, int count) {
    long[] labels = random.longs(count, 0, 4).toArray();
    return new Conditioning(
        new NDList(owner.create(labels)),
        new NDList(owner.full(new Shape(count), -1, DataType.INT64)));
  }

  @Override
  public void close() {
    loaded.forEach(ZooModel::close);
    manager.close();
  }
}
