package io.harmonica.search;

/**
 * A draft and its error on batches that had no part in finding it.
 *
 * @param draft the draft
 * @param error mean squared difference of x_0 from the run that computes everything
 */
record Judged(Draft draft, double error) {}
