package io.harmonica.eval;

import java.util.List;
import java.util.Optional;

/**
 * What a comparison measured of one candidate.
 *
 * @param candidate the candidate
 * @param theoreticalSpeedup compute of the run without a cache / compute of this one
 * @param measuredSpeedup time of the run without a cache / time of this one: the median over
 *     batches, which ran in turn
 * @param medianSeconds median time of a batch
 * @param spreadSeconds interquartile range of a batch's time
 * @param error mean squared difference of x_0 from the run without a cache
 * @param medianError the median of the samples' mean squared differences, which a few samples that
 *     end at another image hardly move
 * @param sampleErrors the same for each sample
 * @param stepErrors the same after each step, averaged over all samples; empty for a candidate with
 *     another number of steps, whose steps have no counterpart
 * @param peakCacheBytes the most that the cache held for a batch
 * @param images what its images look like; empty where nobody looked
 */
public record CandidateResult(
    Candidate candidate,
    double theoreticalSpeedup,
    Estimate measuredSpeedup,
    double medianSeconds,
    double spreadSeconds,
    Estimate error,
    Estimate medianError,
    List<Double> sampleErrors,
    List<Double> stepErrors,
    long peakCacheBytes,
    Optional<ImageScores> images) {

  /**
   * Copies the lists.
   *
   * @param candidate see the record
   * @param theoreticalSpeedup see the record
   * @param measuredSpeedup see the record
   * @param medianSeconds see the record
   * @param spreadSeconds see the record
   * @param error see the record
   * @param medianError see the record
   * @param sampleErrors see the record
   * @param stepErrors see the record
   * @param peakCacheBytes see the record
   * @param images see the record
   */
  public CandidateResult {
    sampleErrors = List.copyOf(sampleErrors);
    stepErrors = List.copyOf(stepErrors);
  }

  /** {@return the candidate's name} */
  public String name() {
    return candidate.name();
  }

  /**
   * Adds what somebody who looked at the images found.
   *
   * @param found the scores
   * @return the result with them
   */
  public CandidateResult withImages(ImageScores found) {
    return new CandidateResult(
        candidate,
        theoreticalSpeedup,
        measuredSpeedup,
        medianSeconds,
        spreadSeconds,
        error,
        medianError,
        sampleErrors,
        stepErrors,
        peakCacheBytes,
        Optional.of(found));
  }
}
