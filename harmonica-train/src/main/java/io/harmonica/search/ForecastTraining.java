package io.harmonica.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.RandomStream;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.Cell;
import io.harmonica.plan.Forecast;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Trains the weights of every forecast by the gradient of the image error, a fresh batch at each
 * update. This is step-wise training whose objective is the image itself, which the published image
 * error proxy stands in for. AdamW without weight decay; the rate falls to zero along a cosine.
 *
 * @param setup the run
 * @param updates how many optimiser steps
 * @param batch samples of each
 * @param rate AdamW's rate at the start
 * @param seed of noise and conditioning
 */
record ForecastTraining(SamplingSetup setup, int updates, int batch, double rate, long seed) {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.99;
  private static final double EPSILON = 1e-12;

  /**
   * Trains.
   *
   * @param manager everything made under it is freed
   * @param batches choose between what was and what came out
   * @param draft where to start
   * @param number which training
   * @param listener told how far it is
   */
  Judged train(
      NDManager manager,
      CalibrationBatches batches,
      Draft draft,
      int number,
      PlanSearchListener listener) {
    Weights weights = new Weights(draft.plan());
    for (int update = 0; update < updates; update++) {
      Random random = RandomStream.TRAINING.random(seed, (long) number * updates + update);
      try (NDManager scope = manager.newSubManager();
          NDArray noise = Noise.normal(scope, random, setup.batch(batch));
          GuidedDenoiser model =
              new GuidedDenoiser(
                  scope,
                  setup.denoiser(),
                  setup.conditioning().draw(scope, random, batch),
                  setup.guidance())) {
        ImageGradient.Result result =
            ImageGradient.of(scope, model, setup.sampler(seed), noise, weights.plan());
        weights.update(result.weights(), rate * (1 + Math.cos(Math.PI * update / updates)) / 2);
      }
      listener.duringRound("weights by gradient", update + 1L, updates);
    }
    Draft trained = draft.learning(weights.forecasts());
    return batches.best(manager, List.of(draft, trained), number);
  }

  /** The weights and the optimiser's state. */
  private static final class Weights {
    private final CachePlan base;
    private final float[][] values;
    private final double[][] first;
    private final double[][] second;
    private int count;

    Weights(CachePlan plan) {
      base = plan;
      int cells = plan.steps() * plan.branches();
      values = new float[cells][];
      first = new double[cells][];
      second = new double[cells][];
      for (int cell = 0; cell < cells; cell++) {
        if (!plan.computes(cell / plan.branches(), cell % plan.branches())) {
          Forecast forecast = plan.forecast(cell / plan.branches(), cell % plan.branches());
          values[cell] = new float[forecast.terms()];
          for (int term = 0; term < values[cell].length; term++) {
            values[cell][term] = forecast.weight(0, term);
          }
          first[cell] = new double[values[cell].length];
          second[cell] = new double[values[cell].length];
        }
      }
    }

    CachePlan plan() {
      return base.forecasting(
          (step, branch, history) -> Forecast.of(values[step * base.branches() + branch]));
    }

    Map<Cell, Forecast> forecasts() {
      Map<Cell, Forecast> forecasts = new HashMap<>();
      for (int cell = 0; cell < values.length; cell++) {
        if (values[cell] != null) {
          forecasts.put(
              new Cell(cell / base.branches(), cell % base.branches()), Forecast.of(values[cell]));
        }
      }
      return forecasts;
    }

    void update(float[][] gradients, double rate) {
      count++;
      double correction1 = 1 - Math.pow(BETA1, count);
      double correction2 = 1 - Math.pow(BETA2, count);
      for (int cell = 0; cell < values.length; cell++) {
        for (int term = 0; values[cell] != null && term < values[cell].length; term++) {
          // A trimmed forecast has fewer terms than its cell has weights.
          double g = term < gradients[cell].length ? gradients[cell][term] : 0;
          first[cell][term] = BETA1 * first[cell][term] + (1 - BETA1) * g;
          second[cell][term] = BETA2 * second[cell][term] + (1 - BETA2) * g * g;
          double step =
              first[cell][term]
                  / correction1
                  / (Math.sqrt(second[cell][term] / correction2) + EPSILON);
          values[cell][term] -= (float) (rate * step);
        }
      }
    }
  }
}
