package io.harmonica.sit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.harmonica.cache.CacheHook;
import io.harmonica.diffusion.Conditioning;
import io.harmonica.diffusion.Denoiser;
import io.harmonica.diffusion.Prediction;
import io.harmonica.dit.DitConfig;
import io.harmonica.dit.DitModel;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.ComputeCost;
import java.util.Map;

/**
 * A class-conditional Scalable Interpolant Transformer (Ma et al., 2024): DiT's backbone, which
 * here predicts the velocity x_0 - noise at times from 0, the noise, to 1, the image. The time goes
 * into the embedder as it is. Conditioning: one array of labels, [n] INT64.
 */
public final class SitModel implements Denoiser, AutoCloseable {
  private final DitModel backbone;

  /**
   * Builds a model over weights.
   *
   * @param parent the manager under which the model keeps its constants
   * @param config the shape; what the output holds beside the velocity, learned sigma's place, is
   *     not used
   * @param weights the tensors by the public DiT names; the caller closes them after the model
   */
  public SitModel(NDManager parent, DitConfig config, Map<String, NDArray> weights) {
    this.backbone = new DitModel(parent, config, weights);
  }

  /** {@return the model's shape} */
  public DitConfig config() {
    return backbone.config();
  }

  @Override
  public BranchLayout layout() {
    return backbone.layout();
  }

  @Override
  public ComputeCost cost() {
    return backbone.cost();
  }

  @Override
  public long featureSize() {
    return backbone.featureSize();
  }

  @Override
  public Prediction prediction() {
    return Prediction.VELOCITY;
  }

  /**
   * Makes the conditioning for labels, with the null label as its unconditional half.
   *
   * @param owner owns the arrays
   * @param labels each from 0 to numClasses - 1
   * @return the conditioning
   * @throws IllegalArgumentException if a label is out of range
   */
  public Conditioning condition(NDManager owner, int... labels) {
    return backbone.condition(owner, labels);
  }

  @Override
  public NDArray predict(NDArray x, double timestep, NDList conditioning, CacheHook hook) {
    NDArray output = backbone.predict(x, timestep, conditioning, hook);
    return config().learnSigma()
        ? output.get(new NDIndex(":, :{}", config().inChannels()))
        : output;
  }

  /** Frees the compiled calls; the weights stay with their owner. */
  @Override
  public void close() {
    backbone.close();
  }
}
