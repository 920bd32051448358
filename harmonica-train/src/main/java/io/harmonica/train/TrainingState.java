package io.harmonica.train;

/**
 * All that a training needs to go on.
 *
 * @param router logits and optimiser state
 * @param trajectory trajectories done
 * @param lambda the weights now in force, [T]
 * @param sinceRefresh optimiser steps since they were measured; negative before the first time
 * @param price of computing a branch
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TrainingState(
    TrainableRouter router, int trajectory, float[] lambda, int sinceRefresh, Price price) {

  TrainingState withLambda(float[] measured) {
    return new TrainingState(router, trajectory, measured, 0, price);
  }

  TrainingState advanced(int optimiserSteps, Price nextPrice) {
    return new TrainingState(
        router, trajectory + 1, lambda, sinceRefresh + optimiserSteps, nextPrice);
  }
}
