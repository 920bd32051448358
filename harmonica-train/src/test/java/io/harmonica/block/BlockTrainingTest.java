package io.harmonica.block;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.DdimSampler;
import io.harmonica.diffusion.DenoisingLoop;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.ModelIdentity;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.CachePlan;
import io.harmonica.policy.FullPolicy;
import io.harmonica.router.Router;
import io.harmonica.train.ProxyMeasurement;
import io.harmonica.train.RouterTrainer;
import io.harmonica.train.RouterTrainerConfig;
import io.harmonica.train.TrainableRouter;
import io.harmonica.train.TrainingListener;
import io.harmonica.train.TrainingProgress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Step-wise training of a router for somebody's own model, and sampling with it. */
final class BlockTrainingTest {
  private static final int STEPS = 4;

  @TempDir private Path folder;
  private OwnTransformer own;
  private SamplingSetup setup;

  @BeforeEach
  void open() throws IOException {
    own = new OwnTransformer(folder);
    setup =
        new SamplingSetup(
            own.model,
            ModelIdentity.named("own transformer"),
            (steps, seed) -> new DdimSampler(NoiseSchedule.linear().respace(steps), false),
            STEPS,
            new Guidance(2, 1),
            OwnTransformer.SAMPLE,
            own::draw);
  }

  @AfterEach
  void close() {
    own.close();
  }

  private static RouterTrainerConfig twoTrajectories() {
    return RouterTrainerConfig.paper()
        .withTrajectories(2)
        .withBatch(2)
        .withLearningRate(0.05)
        .withBeta(1e-3)
        .withThreshold(0.5)
        .withRefreshSteps(3)
        .withSeed(4);
  }

  /** Counts what is in memory after each trajectory. */
  private record Watch(NDManager manager, List<Integer> arrays, List<float[]> lambdas)
      implements TrainingListener {
    @Override
    public void afterTrajectory(TrainingProgress progress, TrainableRouter router) {
      arrays.add(manager.getManagedArrays().size());
    }

    @Override
    public void afterRefresh(int trajectory, ProxyMeasurement measurement, float[] lambda) {
      lambdas.add(lambda);
    }
  }

  @Test
  void routerIsTrainedForTwoTrajectories() {
    Watch watch = new Watch(own.manager, new ArrayList<>(), new ArrayList<>());
    RouterTrainer trainer = new RouterTrainer(setup, twoTrajectories());
    TrainableRouter trained = trainer.trainState(own.manager, watch);
    assertThat(watch.arrays()).hasSize(2).containsOnly(watch.arrays().get(0));
    assertThat(watch.lambdas()).hasSize(2);
    assertThat(watch.lambdas().get(0)[1]).isPositive();
    assertThat(trained.state().updates()).containsExactly(0, 2, 2, 2);
    // AdamW's first moment is where the gradients went: through every branch of both kinds.
    for (int branch = 0; branch < 4; branch++) {
      assertThat(trained.state().first()[1][branch]).isNotZero();
    }
  }

  @Test
  void trainedRouterSamples() {
    Router router =
        new RouterTrainer(setup, twoTrajectories()).train(own.manager, TrainingListener.NONE);
    CachePlan plan = setup.plan(router);
    assertThat(plan.cacheUtilisation()).isPositive();
    NDArray noise = Noise.normal(own.manager, new Random(5), setup.batch(2));
    try (GuidedDenoiser guided =
        new GuidedDenoiser(
            own.manager, own.model, own.draw(own.manager, new Random(6), 2), setup.guidance())) {
      assertThat(sample(guided, plan, noise)).isNotEqualTo(sample(guided, full(), noise));
      assertThat(sample(guided, plan, noise)).isEqualTo(sample(guided, plan, noise));
    }
  }

  private CachePlan full() {
    return setup.plan(new FullPolicy());
  }

  private NDArray sample(GuidedDenoiser guided, CachePlan plan, NDArray noise) {
    return DenoisingLoop.sample(
        own.manager, guided, setup.sampler(0), plan, noise, DenoisingLoop.Listener.NONE);
  }
}
