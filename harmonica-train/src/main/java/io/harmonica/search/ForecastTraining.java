package io.harmonica.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.RandomStream;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.CachePlan;
import java.io.IOException;
import java.util.Random;

/**
 * Trains the weights of every forecast by the gradient of the image error. This is step-wise
 * training whose objective is the image itself, which the published image error proxy stands in
 * for. AdamW without weight decay; the rate falls to zero along a cosine.
 *
 * @param setup the run
 * @param updates how many optimiser steps
 * @param batch samples of each
 * @param halves 2 to train the halves of a guided batch apart, else 1
 * @param seed of noise and conditioning
 */
record ForecastTraining(SamplingSetup setup, int updates, int batch, int halves, long seed) {
  private static final double RATE = 0.003;

  /** Batches take turns, so that the run that computes everything is made once for each. */
  private static final int BATCHES = 32;

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
    try (NDManager keeper = manager.newSubManager()) {
      NDArray[] full = new NDArray[BATCHES];
      while (weights.updates() < updates) {
        int update = weights.updates();
        double rate = RATE * (1 + Math.cos(Math.PI * update / updates)) / 2;
        weights.update(gradients(keeper, weights.plan(), number, update, full), rate);
        listener.after(weights);
      }
    }
  }

  private float[][] gradients(
      NDManager keeper, CachePlan plan, int number, int update, NDArray[] full) {
    int part = update % BATCHES;
    Random random = RandomStream.TRAINING.random(seed, (long) number * BATCHES + part);
    try (NDManager scope = keeper.newSubManager();
        NDArray noise = Noise.normal(scope, random, setup.batch(batch));
        GuidedDenoiser model =
            new GuidedDenoiser(
                scope,
                setup.denoiser(),
                setup.conditioning().draw(scope, random, batch),
                setup.guidance())) {
      if (full[part] == null) {
        full[part] = ImageGradient.full(keeper, model, setup.sampler(seed), noise);
      }
      return ImageGradient.of(scope, model, setup.sampler(seed), noise, full[part], plan, halves)
          .weights();
    }
  }
}
