package io.harmonica.cli.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cache.CacheHook;
import io.harmonica.diffusion.Denoiser;
import io.harmonica.diffusion.DenoisingLoop;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.RandomStream;
import io.harmonica.diffusion.Sampler;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.kernel.Precision;
import io.harmonica.pipeline.ClassModel;
import io.harmonica.plan.CachePlan;
import java.io.IOException;

/**
 * A model with a batch of four samples, ready to be timed with the sampler and the guidance that it
 * is used with. Owns all of it.
 *
 * @param <M> the model's kind
 */
final class Subject<M extends ClassModel> implements AutoCloseable {
  static final int BATCH = 4;

  private final NDManager manager;
  private final M runnable;
  private final GuidedDenoiser guided;
  private final NDArray noise;

  private Subject(NDManager manager, M runnable) {
    this.manager = manager;
    this.runnable = runnable;
    this.noise =
        Noise.normal(
            manager,
            RandomStream.SAMPLE.random(0, 0),
            new Shape(BATCH).addAll(runnable.sampleShape()));
    this.guided =
        new GuidedDenoiser(
            manager, model(), runnable.labels(labels()).conditioning(manager), setup(1).guidance());
  }

  static <M extends ClassModel> Subject<M> open(
      Workbench bench, BenchSubject<M> model, Precision precision) throws IOException {
    return open(bench.manager(), model, precision);
  }

  static <M extends ClassModel> Subject<M> open(
      NDManager parent, BenchSubject<M> model, Precision precision) throws IOException {
    NDManager manager = parent.newSubManager();
    try {
      return new Subject<>(manager, model.open(manager, precision));
    } catch (IOException | RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  int[] labels() {
    return runnable.names().spread(BATCH);
  }

  NDManager manager() {
    return manager;
  }

  M runnable() {
    return runnable;
  }

  Denoiser model() {
    return runnable.denoiser();
  }

  SamplingSetup setup(int steps) {
    return runnable.setup(
        runnable::usualSampler, steps, runnable.guidance(runnable.usualGuidance()));
  }

  Sampler sampler(int steps) {
    return runnable.usualSampler(steps, 0);
  }

  NDArray noise() {
    return noise;
  }

  /** A forward pass on the way that computes everything; returns its output once it is there. */
  float[] forward() {
    try (NDManager scope = manager.newSubManager()) {
      NDArray x = noise.duplicate();
      x.attach(scope);
      return guided.predict(x, sampler(3).schedule().timestep(1), CacheHook.COMPUTE).toFloatArray();
    }
  }

  /** A whole trajectory under a plan; returns x_0 once it is there. */
  float[] sample(CachePlan plan, DenoisingLoop.Listener listener) {
    try (NDManager scope = manager.newSubManager()) {
      return DenoisingLoop.sample(scope, guided, sampler(plan.steps()), plan, noise, listener)
          .toFloatArray();
    }
  }

  float[] sample(CachePlan plan) {
    return sample(plan, DenoisingLoop.Listener.NONE);
  }

  @Override
  public void close() {
    guided.close();
    runnable.close();
    manager.close();
  }
}
