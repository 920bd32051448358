package io.harmonica.search;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.RandomStream;
import io.harmonica.diffusion.SampleBatch;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.CachePlan;
import io.harmonica.work.ModelBench;
import io.harmonica.work.Workers;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Draws batches on which plans are measured, each from the seed and its own number alone.
 *
 * @param setup the run that plans are for
 * @param size samples in a batch
 * @param seed the seed
 * @param workers who else measures, if anybody
 */
record CalibrationBatches(
    SamplingSetup setup, int size, long seed, Optional<Workers<? extends ModelBench>> workers) {
  /** Batches on which starts are made. */
  static final int STARTS = 0;

  /** Batches on which effects are measured. */
  static final int EFFECTS = 1;

  /** Batches that choose between drafts. */
  static final int DECIDING = 2;

  private static final int PURPOSES = 3;

  /** A choice hangs on small differences, so that more samples decide than measure. */
  private static final int DECIDING_PARTS = 4;

  CalibrationBatches(SamplingSetup setup, int size, long seed) {
    this(setup, size, seed, Optional.empty());
  }

  /**
   * Which batch, wherever it is drawn.
   *
   * @param size samples
   * @param seed the seed
   * @param number of the batch among all
   */
  record Draw(int size, long seed, long number) implements Serializable {

    /** Opens the batch; the owner owns the measurements. */
    PlanErrors open(SamplingSetup setup, NDManager owner, Optional<PlanErrors.Helpers> helpers) {
      Random random = RandomStream.CALIBRATION.random(seed, number);
      SampleBatch batch = SampleBatch.draw(setup, owner, random, size);
      return new PlanErrors(owner, batch.model(), batch.sampler(), batch.noise(), helpers);
    }
  }

  /**
   * Opens a batch.
   *
   * @param owner owns the measurements
   * @param purpose what it is for
   * @param number which one of that purpose
   */
  PlanErrors open(NDManager owner, int purpose, int number) {
    Draw draw = new Draw(size, seed, (long) number * PURPOSES + purpose);
    return draw.open(setup, owner, workers.map(others -> new PlanErrors.Helpers(others, draw)));
  }

  /**
   * Finds the draft that the image likes best. Batches are run one after the other, so that this
   * takes no more memory than any other measurement.
   *
   * @param manager everything made under it is freed
   * @param drafts at least one
   * @param number which choice
   * @return the draft and its error
   */
  Judged best(NDManager manager, List<Draft> drafts, int number) {
    List<CachePlan> plans = drafts.stream().map(Draft::plan).toList();
    double[][] errors = new double[plans.size()][DECIDING_PARTS * size];
    for (int part = 0; part < DECIDING_PARTS; part++) {
      try (NDManager scope = manager.newSubManager()) {
        PlanErrors batch = open(scope, DECIDING, number * DECIDING_PARTS + part);
        double[][] measured = batch.of(plans.get(0), plans).variants();
        for (int i = 0; i < errors.length; i++) {
          System.arraycopy(measured[i], 0, errors[i], part * size, size);
        }
      }
    }
    double usual = SampleErrors.median(errors[0]);
    int best = 0;
    for (int i = 1; i < errors.length; i++) {
      boolean better =
          SampleErrors.evenMean(errors[i], usual) < SampleErrors.evenMean(errors[best], usual);
      best = better ? i : best;
    }
    return new Judged(drafts.get(best), SampleErrors.mean(errors[best]));
  }
}
