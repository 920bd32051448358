package io.harmonica.examples;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.transformer.ScaledDotProductAttentionBlock;
import io.harmonica.block.BlockDenoiser;
import io.harmonica.block.FrozenBlock;
import io.harmonica.block.ResidualBranch;
import io.harmonica.diffusion.Conditioning;
import io.harmonica.diffusion.DdimSampler;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.ModelIdentity;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.BranchKind;
import io.harmonica.router.Router;
import io.harmonica.train.RouterTrainer;
import io.harmonica.train.RouterTrainerConfig;
import io.harmonica.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Trains a router for an own transformer of DJL blocks, whose weights are random here. */
final class OwnModel {
  private OwnModel() {}

  public static void main(String... args) throws IOException {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      SamplingSetup setup =
          new SamplingSetup(
              model(manager),
              ModelIdentity.named("own model"),
              (steps, seed) -> new DdimSampler(NoiseSchedule.linear().respace(steps), true),
              10,
              Guidance.NONE,
              new Shape(1, 8, 8),
              (owner, random, count) -> Conditioning.none(owner, count));
      var config = RouterTrainerConfig.paper().withTrajectories(5).withBatch(4).withThreshold(0.5);
      Router router = new RouterTrainer(setup, config).train(manager, TrainingListener.NONE);
      router.write(Path.of(args[0]));
      System.out.printf("%.0f%% reused%n", 100 * setup.plan(router).cacheUtilisation());
    }
  }

  private static BlockDenoiser model(NDManager manager) {
    FrozenBlock in = FrozenBlock.of(linear(manager, 1, 32));
    FrozenBlock out = FrozenBlock.of(linear(manager, 32, 1));
    List<ResidualBranch> branches = new ArrayList<>();
    for (int block = 0; block < 4; block++) {
      Block attention =
          ScaledDotProductAttentionBlock.builder().setEmbeddingSize(32).setHeadCount(4).build();
      attention.initialize(manager, DataType.FLOAT32, new Shape(1, 64, 32));
      branches.add(ResidualBranch.of(BranchKind.SELF_ATTENTION, attention));
      Block mlp = new SequentialBlock().add(linear(manager, 32, 32)).add(Activation::gelu);
      branches.add(ResidualBranch.of(BranchKind.FEED_FORWARD, mlp));
    }
    return BlockDenoiser.measured(
        (x, times, labels) ->
            new NDList(in.call(x.reshape(-1, 64, 1).add(times.div(1000).reshape(-1, 1, 1)))),
        branches,
        (tokens, context) -> out.call(tokens).reshape(-1, 1, 8, 8),
        manager.randomNormal(new Shape(1, 1, 8, 8)),
        new NDList());
  }

  private static Block linear(NDManager manager, int inputs, int units) {
    Block linear = Linear.builder().setUnits(units).build();
    linear.initialize(manager, DataType.FLOAT32, new Shape(1, inputs));
    return linear;
  }
}
