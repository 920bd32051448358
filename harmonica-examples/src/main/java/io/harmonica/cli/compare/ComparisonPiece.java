package io.harmonica.cli.compare;

import io.harmonica.eval.CandidateBatch;
import io.harmonica.work.Piece;
import java.io.Serializable;
import java.util.List;

/**
 * One batch of a comparison: all candidates from the same noise.
 *
 * @param spec the comparison
 * @param number which batch, from 0
 */
record ComparisonPiece(ComparisonSpec spec, int number)
    implements Piece<OpenStudy, ComparisonPiece.Found> {

  /**
   * What came out.
   *
   * @param measured of each candidate, the run without a cache first
   * @param images what its images look like; empty where samples are latents of no picture
   */
  record Found(List<CandidateBatch> measured, List<ImageBatch> images) implements Serializable {}

  @Override
  public Found run(OpenStudy bench) {
    return bench.batch(spec, number);
  }
}
