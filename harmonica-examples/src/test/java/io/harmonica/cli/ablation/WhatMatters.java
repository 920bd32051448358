package io.harmonica.cli.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanTarget;
import io.harmonica.router.Router;
import io.harmonica.router.RouterProvenance;
import io.harmonica.search.PlanErrors;
import io.harmonica.search.PlanSearch;
import io.harmonica.search.PlanSearchConfig;
import io.harmonica.search.PlanSearchConfig.Weights;
import io.harmonica.search.PlanSearchListener;
import io.harmonica.train.LambdaRule;
import io.harmonica.train.RouterTrainer;
import io.harmonica.train.RouterTrainerConfig;
import io.harmonica.train.TrainableRouter;
import io.harmonica.train.TrainingListener;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/**
 * What parts of the recipes are worth on a model, in short trainings. Errors are those of images
 * that no training has seen, at equal reuse.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class WhatMatters {
  private static final int STEPS = 8;
  private static final int HELD_OUT = 32;

  /** Half of what a first router computes is above, so that few trajectories carry far. */
  private static final double TAU = 0.5;

  /** Errors are means over so many routers, since short trainings depend on their seed. */
  private static final int SEEDS = 3;

  private NDManager manager;
  private DiffusionPipeline pipeline;
  private SamplingSetup setup;
  private GuidedDenoiser heldOut;
  private PlanErrors errors;

  /** The share of branches to reuse. */
  abstract double reused();

  /** Opens the model. */
  abstract DiffusionPipeline open() throws IOException;

  /** The run of so many steps, with the sampler and the guidance that suit the model. */
  abstract SamplingSetup setup(DiffusionPipeline pipeline, int steps);

  @BeforeAll
  void prepare() throws IOException {
    manager = NDManager.newBaseManager("PyTorch");
    pipeline = open();
    setup = setup(pipeline, STEPS);
    Random random = new Random(99);
    heldOut =
        new GuidedDenoiser(
            manager,
            setup.denoiser(),
            setup.conditioning().draw(manager, random, HELD_OUT),
            setup.guidance());
    errors =
        new PlanErrors(
            manager,
            heldOut,
            setup.sampler(0),
            Noise.normal(manager, random, setup.batch(HELD_OUT)));
  }

  @AfterAll
  void close() {
    errors.close();
    heldOut.close();
    pipeline.close();
    manager.close();
  }

  private PlanTarget target() {
    return PlanTarget.utilisation(STEPS, setup.layout().branches(), reused());
  }

  private double error(Router router) {
    CachePlan plan = setup.plan(router);
    assertThat(plan.cacheUtilisation()).isCloseTo(reused(), within(0.026));
    return errors.of(plan);
  }

  /** The published training from random logits. */
  double published(LambdaRule lambda) {
    double sum = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      RouterTrainerConfig config =
          RouterTrainerConfig.paper()
              .withTrajectories(12)
              .withBatch(2)
              .withLearningRate(0.2)
              .withThreshold(TAU)
              .withRefreshSteps(6 * (STEPS - 1))
              .withLambda(lambda)
              .withSeed(seed)
              .steeredTo(target());
      sum += error(new RouterTrainer(setup, config).train(manager, TrainingListener.NONE));
    }
    return sum / SEEDS;
  }

  /** Random logits brought to the target, which is where those trainings begin. */
  double untrained() {
    double sum = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Router random =
          TrainableRouter.random(STEPS, setup.layout().branches(), new Random(seed))
              .router(RouterProvenance.of(setup, TAU, seed, Map.of()));
      sum += errors.of(random.uncheckedPlan());
    }
    return sum / SEEDS;
  }

  double searched(int order, Weights weights) {
    PlanSearchConfig config =
        PlanSearchConfig.harmonized(target())
            .withOrder(order)
            .withLearned(weights)
            .withRounds(0, 100)
            .withUpdates(24)
            .withCalibration(2);
    return error(new PlanSearch(setup, config).train(manager, PlanSearchListener.NONE));
  }
}
