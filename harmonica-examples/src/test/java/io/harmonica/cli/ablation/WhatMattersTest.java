package io.harmonica.cli.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.Sampler;
import io.harmonica.dit.RunnableDit;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanTarget;
import io.harmonica.search.PlanErrors;
import io.harmonica.search.PlanRefinement;
import io.harmonica.search.TargetRecipe;
import io.harmonica.search.TargetTrainer;
import io.harmonica.train.ImageErrorProxy;
import io.harmonica.train.LambdaRule;
import io.harmonica.train.RouterTrainerConfig;
import io.harmonica.train.StudentRule;
import io.harmonica.train.TrainingListener;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The recorded table in small: on the bundled model at equal reuse, each of the three things that
 * training does has to lower the error of images that it has not seen, by far more than chance.
 */
final class WhatMattersTest {
  private static final int STEPS = 8;
  private static final int HELD_OUT = 32;
  private static final int HELD_OUT_SEED = 99;
  private static final double REUSED = 0.4;

  /** Half of what a first router computes is above, so that few trajectories carry far. */
  private static final double TAU = 0.5;

  /** Not used by steered trainings of this student. */
  private static final double FIRST_BETA = 1e-4;

  /** Errors are means over so many routers, since short trainings depend on their seed. */
  private static final int SEEDS = 3;

  private static NDManager manager;
  private static RunnableDit dit;
  private static Sampler sampler;
  private static Guidance guidance;
  private static GuidedDenoiser heldOut;
  private static PlanErrors errors;
  private static double untrained;
  private static double uniform;

  @BeforeAll
  static void measureUntrainedAndUniform() throws IOException {
    manager = NDManager.newBaseManager("PyTorch");
    dit = RunnableDit.bundled(manager);
    sampler = dit.sampler("ddim", STEPS, 0);
    guidance = dit.guidance(2);
    heldOut =
        new GuidedDenoiser(
            manager,
            dit.denoiser(),
            dit.trainingBatches().draw(manager, Noise.random(HELD_OUT_SEED, 1), HELD_OUT),
            guidance);
    Shape shape = new Shape(HELD_OUT).addAll(dit.sampleShape());
    errors =
        new PlanErrors(
            manager,
            heldOut,
            sampler,
            Noise.normal(manager, Noise.random(HELD_OUT_SEED, 2), shape));
    untrained = error(LambdaRule.UNIFORM, false, 0);
    uniform = error(LambdaRule.UNIFORM, true, 0);
  }

  @AfterAll
  static void close() {
    errors.close();
    heldOut.close();
    dit.close();
    manager.close();
  }

  private static TargetRecipe recipe(LambdaRule lambda, boolean sdt, int rounds, long seed) {
    RouterTrainerConfig training =
        new RouterTrainerConfig(
            24,
            2,
            0.2,
            FIRST_BETA,
            TAU,
            10 * (STEPS - 1),
            ImageErrorProxy.LEAVE_ONE_OUT,
            lambda,
            StudentRule.BLEND,
            Optional.empty(),
            seed);
    PlanTarget target = PlanTarget.utilisation(STEPS, dit.denoiser().layout().branches(), REUSED);
    return new TargetRecipe(
        training, target, false, sdt, new PlanRefinement.Settings(rounds, 400), 4);
  }

  /** Trains from random logits and measures on images that no training draws. */
  private static double error(LambdaRule lambda, boolean sdt, int rounds) {
    double sum = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      CachePlan plan =
          new TargetTrainer(
                  dit.denoiser(),
                  sampler,
                  guidance,
                  dit.sampleShape(),
                  dit.trainingBatches(),
                  recipe(lambda, sdt, rounds, seed))
              .train(manager, TrainingListener.NONE)
              .plan(TAU);
      assertThat(plan.cacheUtilisation()).isCloseTo(REUSED, within(1e-9));
      sum += errors.of(plan);
    }
    return sum / SEEDS;
  }

  @Test
  void stepWiseTrainingBeatsItsRandomStart() {
    assertThat(uniform).isLessThan(0.5 * untrained);
  }

  @Test
  void theImageErrorProxyBeatsStepsWeighedAlike() {
    assertThat(error(LambdaRule.CALIBRATED, true, 0)).isLessThan(0.85 * uniform);
  }

  @Test
  void refinementBeatsWhatItStartsFrom() {
    assertThat(error(LambdaRule.UNIFORM, false, 1)).isLessThan(0.6 * untrained);
  }
}
