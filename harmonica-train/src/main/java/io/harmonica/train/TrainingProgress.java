package io.harmonica.train;

/**
 * Where a training is.
 *
 * @param trajectory trajectories done
 * @param trajectories all trajectories
 * @param loss mean over the trajectory's steps of the loss before the update
 * @param error mean over the trajectory's steps of mean((teacher - student)^2)
 * @param cacheUtilisation CUR of the plan that the router now gives
 */
public record TrainingProgress(
    int trajectory, int trajectories, double loss, double error, double cacheUtilisation) {}
