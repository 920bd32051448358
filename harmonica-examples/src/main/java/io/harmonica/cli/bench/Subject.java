package io.harmonica.cli.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cache.CacheHook;
import io.harmonica.diffusion.DenoisingLoop;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.RandomStream;
import io.harmonica.diffusion.Sampler;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.dit.DitModel;
import io.harmonica.dit.RunnableDit;
import io.harmonica.kernel.Precision;
import io.harmonica.plan.CachePlan;
import java.io.IOException;

/** A model with a guided batch of four samples, ready to be timed. Owns all of it. */
final class Subject implements AutoCloseable {
  static final int BATCH = 4;
  static final double GUIDANCE = 1.5;

  private final NDManager manager;
  private final RunnableDit runnable;
  private final GuidedDenoiser guided;
  private final NDArray noise;

  private Subject(NDManager manager, RunnableDit runnable) {
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

  static Subject open(Workbench bench, BenchModel model, Precision precision) throws IOException {
    return open(bench.manager(), model, precision);
  }

  static Subject open(NDManager parent, BenchModel model, Precision precision) throws IOException {
    NDManager manager = parent.newSubManager();
    return new Subject(manager, model.open(manager, precision));
  }

  static int[] labels() {
    return new int[] {1, 2, 3, 4};
  }

  NDManager manager() {
    return manager;
  }

  RunnableDit runnable() {
    return runnable;
  }

  DitModel model() {
    return runnable.model();
  }

  SamplingSetup setup(int steps) {
    return runnable.setup(
        (count, seed) -> runnable.sampler("ddim", count, seed), steps, runnable.guidance(GUIDANCE));
  }

  Sampler sampler(int steps) {
    return runnable.sampler("ddim", steps, 0);
  }

  NDArray noise() {
    return noise;
  }

  /** One guided forward pass that computes everything; returns its output once it is there. */
  float[] forward() {
    try (NDManager scope = manager.newSubManager()) {
      NDArray x = noise.duplicate();
      x.attach(scope);
      return guided.predict(x, 500, CacheHook.COMPUTE).toFloatArray();
    }
  }

  /** A whole trajectory under a plan; returns x_0 once it is there. */
  float[] sample(CachePlan plan, DenoisingLoop.Listener listener) {
    try (NDArray sample =
        DenoisingLoop.sample(manager, guided, sampler(plan.steps()), plan, noise, listener)) {
      return sample.toFloatArray();
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
