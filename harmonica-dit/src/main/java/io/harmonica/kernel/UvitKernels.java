package io.harmonica.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * What U-ViT is made of, one fused call each: see {@code uvit.py}. A result belongs to the manager
 * of the first argument. With n samples, L tokens and hidden width d, tokens are [n, L, d].
 */
public final class UvitKernels implements AutoCloseable {
  private final TorchKernels kernels;
  private final NDManager manager;
  private final NDArray frequencies;

  private UvitKernels(TorchKernels kernels, NDManager manager, int width) {
    this.kernels = kernels;
    this.manager = manager;
    float[] values = new float[width / 2];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.exp((float) (-Math.log(10_000) * i) / values.length);
    }
    this.frequencies = manager.create(values, new Shape(1, values.length));
  }

  /**
   * Compiles the calls for a model.
   *
   * @param parent whose device the calls run on, and under which constants are kept
   * @param width d
   * @param heads attention heads
   * @param patch height and width of a token's patch
   * @return the calls; the caller closes them
   */
  public static UvitKernels compile(NDManager parent, int width, int heads, int patch) {
    TorchKernels kernels = TransformerKernels.compile(parent, "uvit.py", heads, patch);
    return new UvitKernels(kernels, parent.newSubManager(), width);
  }

  /**
   * Embeds times by cosines and sines.
   *
   * @param times the model's times, [n] FLOAT32
   * @return vectors [n, d]
   */
  public NDArray waves(NDArray times) {
    return kernels.call("waves", times, frequencies);
  }

  /**
   * Sends the times' vectors through two layers.
   *
   * @param waves vectors [n, d]
   * @param first the first layer
   * @param second the second layer
   * @return vectors [n, d]
   */
  public NDArray time(NDArray waves, Layer first, Layer second) {
    return kernels.call(
        "time", waves, first.weight(), first.bias(), second.weight(), second.bias());
  }

  /**
   * Makes the tokens: label, time, and the samples' patches.
   *
   * @param x samples [n, C, H, W]
   * @param time vectors [n, d]
   * @param labels [n] INT64
   * @param table a row for each label
   * @param patch the convolution that embeds a patch
   * @param position position embedding [1, L, d], added
   * @return tokens
   */
  public NDArray embed(
      NDArray x, NDArray time, NDArray labels, NDArray table, Layer patch, NDArray position) {
    return kernels.call("embed", x, time, labels, table, patch.weight(), patch.bias(), position);
  }

  /**
   * The self-attention branch.
   *
   * @param x tokens
   * @param norm the norm before it
   * @param qkv the layer to queries, keys and values
   * @param out the layer after the attention
   * @return the branch's output, of x's shape
   */
  public NDArray attention(NDArray x, Layer norm, Layer qkv, Layer out) {
    return kernels.call(
        "attention",
        x,
        norm.weight(),
        norm.bias(),
        qkv.weight(),
        qkv.bias(),
        out.weight(),
        out.bias());
  }

  /**
   * The feed-forward branch.
   *
   * @param x tokens
   * @param norm the norm before it
   * @param first the layer to the inner width
   * @param second the layer from it
   * @return the branch's output, of x's shape
   */
  public NDArray feedForward(NDArray x, Layer norm, Layer first, Layer second) {
    return kernels.call(
        "feed_forward",
        x,
        norm.weight(),
        norm.bias(),
        first.weight(),
        first.bias(),
        second.weight(),
        second.bias());
  }

  /**
   * Adds a branch's output, fresh or cached.
   *
   * @param x tokens; overwritten and closed, since nobody needs them after that
   * @param branch the branch's output; closed unless a cache has taken it
   * @return tokens
   */
  public NDArray add(NDArray x, NDArray branch) {
    return TransformerKernels.freeing(x, branch, kernels.call("add", x, branch));
  }

  /**
   * Adds a branch's output, fresh or cached, to tokens that a later block needs as they are.
   *
   * @param x tokens; left alone
   * @param branch the branch's output; closed unless a cache has taken it
   * @return tokens
   */
  public NDArray addKeeping(NDArray x, NDArray branch) {
    NDArray sum = x.add(branch);
    TransformerKernels.free(x, branch);
    return sum;
  }

  /**
   * Brings what an earlier block put out back in.
   *
   * @param x tokens; closed
   * @param earlier tokens; closed
   * @param layer the layer from both
   * @return tokens
   */
  public NDArray skip(NDArray x, NDArray earlier, Layer layer) {
    NDArray joined = kernels.call("skip", x, earlier, layer.weight(), layer.bias());
    x.close();
    earlier.close();
    return joined;
  }

  /**
   * The last layer, and the way back from tokens to an image.
   *
   * @param x tokens
   * @param norm the norm before it
   * @param layer the layer to patches
   * @param input the samples that were cut into tokens, of the same shape
   * @return [n, C, H, W]
   */
  public NDArray image(NDArray x, Layer norm, Layer layer, NDArray input) {
    return kernels.call(
        "image", x, norm.weight(), norm.bias(), layer.weight(), layer.bias(), input);
  }

  /**
   * A convolution that keeps height and width.
   *
   * @param image [n, C, H, W]
   * @param layer the convolution, of 3 x 3
   * @return [n, C, H, W]
   */
  public NDArray convolve(NDArray image, Layer layer) {
    return kernels.call("convolve", image, layer.weight(), layer.bias());
  }

  /** Frees the compiled calls and their constants. */
  @Override
  public void close() {
    manager.close();
    kernels.close();
  }
}
