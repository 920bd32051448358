package io.harmonica.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.harmonica.cache.CacheHook;
import java.util.concurrent.CancellationException;

/**
 * A {@link Denoiser} bound to one batch's conditioning and guidance. Both halves of a guided batch
 * run as one, conditional half first, so that one cache serves both. Owns the joined conditioning.
 */
public final class GuidedDenoiser implements AutoCloseable {
  private final Denoiser denoiser;
  private final Guidance guidance;
  private final NDManager manager;
  private final NDList conditioning;
  private final long samples;

  /**
   * Binds a model to a batch.
   *
   * @param parent the manager under which this object keeps its own
   * @param denoiser the model
   * @param conditioning what the batch is asked for; copied
   * @param guidance the guidance
   * @throws IllegalArgumentException if guidance is asked for and there is no unconditional half
   */
  public GuidedDenoiser(
      NDManager parent, Denoiser denoiser, Conditioning conditioning, Guidance guidance) {
    int given = conditioning.unconditional().size();
    if (guidance.active() && given != conditioning.conditional().size()) {
      throw new IllegalArgumentException(
          "guidance scale is "
              + guidance.scale()
              + ", but the model has nothing to be unconditional with (no null label); expected 1");
    }
    this.denoiser = denoiser;
    this.guidance = guidance;
    this.manager = parent.newSubManager();
    this.conditioning = new NDList();
    this.samples = conditioning.conditional().head().getShape().get(0);
    for (int i = 0; i < conditioning.conditional().size(); i++) {
      NDArray array = conditioning.conditional().get(i);
      NDArray bound =
          guidance.active()
              ? array.concat(conditioning.unconditional().get(i), 0)
              : array.duplicate();
      bound.attach(manager);
      this.conditioning.add(bound);
    }
  }

  /** {@return the model} */
  public Denoiser denoiser() {
    return denoiser;
  }

  /** {@return the guidance that was bound} */
  public Guidance guidance() {
    return guidance;
  }

  /** {@return n, the samples of the batch} */
  public long samples() {
    return samples;
  }

  /**
   * Predicts noise or velocity, guided. The result is the whole guided output, on which step-wise
   * training measures its loss: under guidance [2n, ...], whose halves are equal in the guided
   * channels and the model's own in the others; else [n, ...]. The first n rows are what a sampler
   * uses.
   *
   * @param x noisy samples, at least n rows [C, H, W], of which the first n count; the result
   *     belongs to their manager
   * @param timestep the model's time
   * @param hook called once for every branch
   * @return the guided output
   * @throws CancellationException if the thread is interrupted, which it stays: sampling, training
   *     and measuring all pass here, so that an interrupted one ends between two forward passes
   */
  public NDArray predict(NDArray x, double timestep, CacheHook hook) {
    Interrupts.check("a forward pass");
    if (!guidance.active()) {
      return denoiser.predict(x, timestep, conditioning, hook);
    }
    long n = samples;
    NDArray asked = x.getShape().get(0) == n ? x : x.get(new NDIndex(":{}", n));
    NDArray output = denoiser.predict(asked.concat(asked, 0), timestep, conditioning, hook);
    long guided = Math.min(guidance.channels(), output.getShape().get(1));
    NDArray conditional = output.get(new NDIndex(":{}, :{}", n, guided));
    NDArray unconditional = output.get(new NDIndex("{}:, :{}", n, guided));
    NDArray mixed =
        unconditional.add(Scalars.times(conditional.sub(unconditional), guidance.scale()));
    NDArray both = mixed.concat(mixed, 0);
    return guided == output.getShape().get(1)
        ? both
        : both.concat(output.get(new NDIndex(":, {}:", guided)), 1);
  }

  /**
   * Repeats the noise for every row of the guided output, for runs that follow the unconditional
   * half as well: it starts like the conditional one and parts from it in the channels that are not
   * guided.
   *
   * @param noise x_T, [n, C, H, W]
   * @return [2n, C, H, W] under guidance, else the noise itself
   */
  public NDArray everyRow(NDArray noise) {
    return guidance.active() ? noise.concat(noise, 0) : noise;
  }

  /** Frees the joined conditioning. */
  @Override
  public void close() {
    manager.close();
  }
}
