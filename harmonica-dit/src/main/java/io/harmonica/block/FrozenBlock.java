package io.harmonica.block;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;

/**
 * A DJL block whose weights no longer change, called as at inference (no dropout, no statistics
 * taken) and yet so that gradients may pass through it. It serves TorchScript blocks and such as
 * are composed of {@code ai.djl.nn}. The block stays its maker's, who closes it.
 *
 * <p>A block that an {@link ai.djl.Model} or a {@link ai.djl.repository.zoo.ZooModel} loaded lives
 * as long as that object. Keep a reference to it and close it at the end: DJL also frees the
 * weights when the garbage collector finds the model unused, however much the block is in use.
 */
public final class FrozenBlock {
  private final Block block;

  private FrozenBlock(Block block) {
    this.block = block;
  }

  /**
   * Takes a block. Its parameters are frozen, and a TorchScript block is put into evaluation mode.
   *
   * @param block the block, initialised; from now on it must not be run with {@code training =
   *     true}. A TorchScript block has to be loaded with the option {@code trainParam}, as in
   *     {@code criteria.optOption("trainParam", "true")}: without it the engine loads weights that
   *     no gradient can pass
   * @return the same block, frozen
   * @throws IllegalArgumentException if a parameter has no values yet, a script was loaded without
   *     that option, or a composed block contains a script
   */
  public static FrozenBlock of(Block block) {
    if (block instanceof PtSymbolBlock script) {
      check(script);
      JniUtils.enableInferenceMode(script);
    } else {
      check(block);
    }
    block.freezeParameters(true);
    return new FrozenBlock(block);
  }

  /** Weights that were loaded in inference mode tell by refusing to ask for gradients. */
  private static void check(PtSymbolBlock script) {
    for (Parameter parameter : script.getParameters().values()) {
      try {
        parameter.getArray().setRequiresGradient(true);
      } catch (EngineException e) {
        throw new IllegalArgumentException(
            "the TorchScript block's parameter %s was loaded for inference alone, so that no router"
                    .formatted(parameter.getName())
                + " could learn through it; load the block with the option trainParam=true",
            e);
      }
    }
  }

  private static void check(Block block) {
    refuseScripts(block);
    for (Parameter parameter : block.getParameters().values()) {
      if (!parameter.isInitialized()) {
        throw new IllegalArgumentException(
            "the block %s has no values for its parameter %s, expected an initialised block: load"
                    .formatted(block.getClass().getSimpleName(), parameter.getName())
                + " it or call initialize");
      }
    }
  }

  /** A script inside would run in the engine's inference mode, whose results enter no graph. */
  private static void refuseScripts(Block block) {
    for (Block child : block.getChildren().values()) {
      if (child instanceof PtSymbolBlock) {
        throw new IllegalArgumentException(
            "the block %s contains a TorchScript block, expected ai.djl.nn alone: give the script a"
                    .formatted(block.getClass().getSimpleName())
                + " FrozenBlock of its own");
      }
      refuseScripts(child);
    }
  }

  /**
   * Runs the block.
   *
   * @param inputs as the block documents
   * @return its outputs; they and what the block makes on the way belong to the first input's
   *     manager
   */
  public NDList forward(NDList inputs) {
    if (block instanceof PtSymbolBlock script) {
      // "Training" only means: not in inference mode. The script itself stays in evaluation mode.
      return IValueUtils.forward(script, inputs, true);
    }
    ParameterStore parameters = new ParameterStore(inputs.head().getManager(), false);
    return block.forward(parameters, inputs, false);
  }

  /**
   * Runs a block that has one output.
   *
   * @param inputs as the block documents
   * @return its output, owned by the first input's manager
   */
  public NDArray call(NDArray... inputs) {
    return forward(new NDList(inputs)).singletonOrThrow();
  }
}
