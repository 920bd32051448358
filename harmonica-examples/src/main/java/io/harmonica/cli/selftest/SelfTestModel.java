package io.harmonica.cli.selftest;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import io.harmonica.cache.CacheHook;
import io.harmonica.cache.FeatureHistory;
import io.harmonica.cli.fashion.BundledDit;
import io.harmonica.diffusion.DenoisingLoop;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.RandomStream;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.kernel.Precision;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.PipelineOptions;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.ForecastRule;
import io.harmonica.search.PlanErrors;
import io.harmonica.search.SampleErrors;
import io.harmonica.train.BlendHook;
import io.harmonica.train.StudentCache;
import java.io.IOException;
import java.util.List;

/** The bundled model on one device with a guided batch whose noise and labels never change. */
final class SelfTestModel implements AutoCloseable {
  static final int STEPS = 10;
  static final int BATCH = 4;

  private static final int[] LABELS = {1, 2, 3, 4};
  private static final double TIMESTEP = 500;
  private static final double NEXT_TIMESTEP = 400;

  private final NDManager manager;
  private final DiffusionPipeline pipeline;
  private final SamplingSetup setup;
  private final GuidedDenoiser guided;
  private final NDArray noise;

  SelfTestModel(NDManager parent, Precision precision) throws IOException {
    manager = parent.newSubManager();
    pipeline =
        BundledDit.pipeline(
            PipelineOptions.defaults().device(parent.getDevice()).precision(precision));
    setup = pipeline.setup(STEPS, "ddim");
    noise = Noise.normal(manager, RandomStream.SAMPLE.random(0, 0), setup.batch(BATCH));
    guided =
        new GuidedDenoiser(
            manager,
            setup.denoiser(),
            pipeline.model().labels(LABELS).conditioning(manager),
            setup.guidance());
  }

  SamplingSetup setup() {
    return setup;
  }

  /** One guided forward pass that computes everything. */
  float[] forward() {
    try (NDManager scope = manager.newSubManager()) {
      return guided.predict(input(scope), TIMESTEP, CacheHook.COMPUTE).toFloatArray();
    }
  }

  float[] sample(CachePlan plan) {
    return sample(plan, DenoisingLoop.Listener.NONE);
  }

  /** A trajectory; returns x_0. A copy on the host, which a GPU makes, goes with the scope. */
  float[] sample(CachePlan plan, DenoisingLoop.Listener listener) {
    try (NDManager scope = manager.newSubManager()) {
      return DenoisingLoop.sample(scope, guided, setup.sampler(0), plan, noise, listener)
          .toFloatArray();
    }
  }

  /**
   * What a training step sees.
   *
   * @param loss mean((teacher - student)^2) of a student that blends
   * @param gradient its derivative by each logit, [branches]
   */
  @SuppressWarnings("ArrayRecordComponent") // a bare carrier
  record Gradient(double loss, float[] gradient) {}

  /** Runs teacher, student and backward pass of a step whose cache is one step old. */
  Gradient gradient(float[] logits) {
    boolean[] takes = new boolean[logits.length];
    try (NDManager scope = manager.newSubManager();
        FeatureHistory history = new FeatureHistory(scope, logits.length, 1)) {
      StudentCache before = new StudentCache(history, 0, ForecastRule.REUSE, scope);
      StudentCache cache = new StudentCache(history, 1, ForecastRule.REUSE, scope);
      guided.predict(input(scope), TIMESTEP, before.fill());
      NDArray x = input(scope);
      NDArray teacher = guided.predict(x, NEXT_TIMESTEP, CacheHook.COMPUTE);
      NDArray row = scope.create(logits);
      row.setRequiresGradient(true);
      try (GradientCollector collector = scope.getEngine().newGradientCollector()) {
        NDArray scores = row.getNDArrayInternal().sigmoid();
        NDArray student = guided.predict(x, NEXT_TIMESTEP, new BlendHook(cache, scores, takes));
        NDArray loss = student.sub(teacher).square().mean();
        collector.backward(loss);
        NDArray gradient = row.getGradient();
        gradient.attach(scope);
        return new Gradient(loss.getFloat(), gradient.toFloatArray());
      }
    }
  }

  /** Measures a plan and variants of it as the searches do. */
  SampleErrors search(CachePlan base, List<CachePlan> variants) {
    try (PlanErrors errors = new PlanErrors(manager, guided, setup.sampler(0), noise)) {
      return errors.of(base, variants);
    }
  }

  /** Arrays that are held now. */
  int arrays() {
    return manager.getManagedArrays().size();
  }

  /** The noise, to be freed with the scope. */
  private NDArray input(NDManager scope) {
    NDArray x = noise.duplicate();
    x.attach(scope);
    return x;
  }

  @Override
  public void close() {
    guided.close();
    pipeline.close();
    manager.close();
  }
}
