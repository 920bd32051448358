package io.harmonica.train;

import io.harmonica.plan.TaylorForecast;
import io.harmonica.work.ModelBench;
import io.harmonica.work.Piece;

/**
 * Measures the image error proxy on a part of a trajectory's batch.
 *
 * @param batch the part
 * @param logits the router's, [T][branches]
 * @param proxy what is measured
 * @param rule how the student runs
 * @param threshold tau
 * @param forecast what stands in for a branch that is not computed
 */
@SuppressWarnings("ArrayRecordComponent") // made anew for each measurement, never compared
record ProxyPiece(
    MicroBatch batch,
    float[][] logits,
    ImageErrorProxy proxy,
    StudentRule rule,
    double threshold,
    TaylorForecast forecast)
    implements Piece<ModelBench, ProxyMeasurement> {

  @Override
  public ProxyMeasurement run(ModelBench bench) {
    return batch.on(
        bench,
        (scope, model, sampler, noise) ->
            new ProxyRollout(
                    proxy, model, sampler, TrainableRouter.of(logits), rule, threshold, forecast)
                .measure(scope, noise));
  }
}
