package io.harmonica.train;

/**
 * The price of computing a branch, and what it is set from.
 *
 * @param beta the price in force
 * @param worth by how much computing each branch lowers the loss, averaged over trajectories,
 *     [T][branches]; empty as long as nothing was learned of it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Price(double beta, float[][] worth) {

  /** A price of which nothing has been learned yet. */
  static Price of(double beta) {
    return new Price(beta, new float[0][]);
  }
}
