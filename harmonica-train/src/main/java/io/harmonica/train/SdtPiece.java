package io.harmonica.train;

import io.harmonica.work.ModelBench;
import io.harmonica.work.Piece;

/**
 * Runs a trajectory of step-wise training on a part of its batch and brings back the gradients. The
 * router stays where its optimiser is.
 *
 * @param batch the part
 * @param logits the router's, [T][branches]
 * @param objective what the loss is
 */
@SuppressWarnings("ArrayRecordComponent") // made anew for each trajectory, never compared
record SdtPiece(MicroBatch batch, float[][] logits, SdtObjective objective)
    implements Piece<ModelBench, SdtResult> {

  @Override
  public SdtResult run(ModelBench bench) {
    return batch.on(
        bench,
        (scope, model, sampler, noise) ->
            new SdtTrajectory(model, sampler, TrainableRouter.of(logits), objective)
                .run(scope, noise, SdtTrajectory.SampleListener.NONE));
  }
}
