package io.harmonica.search;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.RandomStream;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.Cell;
import io.harmonica.router.Router;
import io.harmonica.train.RouterTrainer;
import io.harmonica.train.RouterTrainerConfig;
import io.harmonica.train.TrainingListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Step-wise denoising training of a draft's scores: logits start on the side of tau that the draft
 * has them on, students forecast as the draft does.
 *
 * @param setup the run
 * @param config the training, steered to its target
 */
record ScoreTraining(SamplingSetup setup, RouterTrainerConfig config) {
  /** The least distance of a first logit from tau. */
  private static final double MARGIN = 0.2;

  /**
   * Trains, and makes a draft of the plan that comes out; changed branches have Taylor's weights.
   */
  Draft train(
      NDManager manager, CalibrationBatches batches, Draft draft, TrainingListener listener) {
    RouterTrainer trainer = new RouterTrainer(setup, config).from(logits(draft.plan()));
    Router trained = batches.workers().map(trainer::over).orElse(trainer).train(manager, listener);
    CachePlan plan = trained.uncheckedPlan();
    List<Move> moves = new ArrayList<>();
    for (int step = 1; step < plan.steps(); step++) {
      for (int branch = 0; branch < plan.branches(); branch++) {
        Cell cell = new Cell(step, branch);
        if (plan.computes(cell) != draft.plan().computes(cell)) {
          moves.add(new Move(cell, plan.computes(cell) ? Move.COMPUTE : draft.order(cell)));
        }
      }
    }
    return draft.with(moves);
  }

  private float[][] logits(CachePlan plan) {
    double tau = config.threshold();
    double limit = Math.log(tau / (1 - tau));
    Random random = RandomStream.FIRST_LOGITS.random(config.seed(), 0);
    float[][] logits = new float[plan.steps()][plan.branches()];
    for (int step = 0; step < plan.steps(); step++) {
      for (int branch = 0; branch < plan.branches(); branch++) {
        // Spread, since logits that lie alike are pushed across the threshold all at once.
        double distance = MARGIN + Math.abs(random.nextGaussian());
        logits[step][branch] =
            (float) (limit + (plan.computes(step, branch) ? distance : -distance));
      }
    }
    Arrays.fill(logits[0], Router.LIMIT);
    return logits;
  }
}
