package io.harmonica.search;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.CachePlan;
import io.harmonica.work.ModelBench;
import io.harmonica.work.Workers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Trains the weights of every forecast by the gradient of the image error. This is step-wise
 * training whose objective is the image itself, which the published image error proxy stands in
 * for. AdamW without weight decay; the rate falls to zero along a cosine.
 *
 * @param setup the run
 * @param updates how many optimiser steps
 * @param batch samples of each
 * @param parts into which the samples are split, for workers to share
 * @param halves 2 to train the halves of a guided batch apart, else 1
 * @param seed of noise and conditioning
 * @param workers who else finds gradients, if anybody
 */
record ForecastTraining(
    SamplingSetup setup,
    int updates,
    int batch,
    int parts,
    int halves,
    long seed,
    Optional<Workers<? extends ModelBench>> workers) {
  private static final double RATE = 0.003;

  /** Batches take turns, so that the run that computes everything is made once for each. */
  private static final int BATCHES = 32;

  /** The training of a search, or a part of it. */
  static ForecastTraining of(
      PlanSearchConfig config, int updates, int halves, CalibrationBatches batches) {
    return new ForecastTraining(
        batches.setup(),
        updates,
        config.weightBatch(),
        config.microBatches(),
        halves,
        config.seed(),
        batches.workers());
  }

  /** Watches, and may save. */
  interface Listener {
    /** Called after each update. */
    void after(ForecastWeights weights) throws IOException;
  }

  /**
   * Trains to the end.
   *
   * @param manager everything made under it is freed
   * @param weights where to start or to go on; they change
   * @param number which training
   * @param listener watches
   */
  void train(NDManager manager, ForecastWeights weights, int number, Listener listener)
      throws IOException {
    Workers<? extends ModelBench> hands =
        workers.isPresent() ? workers.get() : Workers.here(ModelBench.of(setup, manager));
    float[][] full = new float[BATCHES * parts][0];
    while (weights.updates() < updates) {
      int update = weights.updates();
      double rate = RATE * (1 + Math.cos(Math.PI * update / updates)) / 2;
      weights.update(gradient(hands, weights.plan(), number, update, full), rate);
      listener.after(weights);
    }
  }

  private float[][] gradient(
      Workers<? extends ModelBench> hands, CachePlan plan, int number, int update, float[][] full)
      throws IOException {
    int first = update % BATCHES * parts;
    List<WeightPiece> pieces = new ArrayList<>();
    for (int part = first; part < first + parts; part++) {
      long drawn = (long) number * full.length + part;
      pieces.add(new WeightPiece(seed, drawn, batch / parts, plan, halves, full[part]));
    }
    List<float[][]> found = new ArrayList<>();
    hands.run(
        pieces,
        (part, answer) -> {
          full[first + part] = answer.full();
          found.add(answer.gradient());
        });
    return mean(found);
  }

  /** Summed in the parts' order; a single part's stays as it is. */
  private static float[][] mean(List<float[][]> parts) {
    float[][] mean = parts.get(0).clone();
    for (int cell = 0; cell < mean.length; cell++) {
      for (int i = 0; mean[cell] != null && i < mean[cell].length; i++) {
        double sum = 0;
        for (float[][] part : parts) {
          sum += part[cell][i];
        }
        mean[cell][i] = (float) (sum / parts.size());
      }
    }
    return mean;
  }
}
