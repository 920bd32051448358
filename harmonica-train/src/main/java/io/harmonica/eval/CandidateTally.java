package io.harmonica.eval;

import io.harmonica.plan.ComputeCost;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Gathers one candidate's measurements, batch by batch. */
final class CandidateTally {
  private final Candidate candidate;
  private final BenchmarkSettings settings;
  private final double[] sampleErrors;
  private final double[] stepErrors;
  private final double[] seconds;
  private long peakCacheBytes;
  private int done;
  private int batches;

  CandidateTally(Candidate candidate, BenchmarkSettings settings) {
    this.candidate = candidate;
    this.settings = settings;
    this.sampleErrors = new double[settings.samples()];
    boolean comparable = candidate.steps() == settings.steps();
    this.stepErrors = new double[comparable ? settings.steps() : 0];
    this.seconds = new double[settings.batches()];
  }

  Candidate candidate() {
    return candidate;
  }

  /** Takes the next batch. */
  void add(CandidateBatch batch) {
    int size = batch.sampleErrors().length;
    System.arraycopy(batch.sampleErrors(), 0, sampleErrors, done, size);
    for (int step = 0; step < stepErrors.length; step++) {
      stepErrors[step] += batch.stepErrors()[step] * size / settings.samples();
    }
    done += size;
    seconds[batches++] = batch.seconds();
    peakCacheBytes = Math.max(peakCacheBytes, batch.peakCacheBytes());
  }

  CandidateResult result(CandidateTally reference, ComputeCost cost) {
    // A last, smaller batch says nothing about the time of the others.
    int whole = Math.max(1, settings.samples() / settings.batch());
    double[] own = Arrays.copyOf(seconds, whole);
    double[] ratios =
        IntStream.range(0, whole).mapToDouble(i -> reference.seconds[i] / own[i]).toArray();
    return new CandidateResult(
        candidate,
        candidate.speedup(cost, settings.steps()),
        Estimate.ofMedian(ratios, settings.seed()),
        Statistics.median(own),
        Statistics.spread(own),
        Estimate.ofMean(sampleErrors, settings.seed()),
        Estimate.ofMedian(sampleErrors, settings.seed()),
        list(sampleErrors),
        list(stepErrors),
        peakCacheBytes,
        Optional.empty());
  }

  private static List<Double> list(double... values) {
    return Arrays.stream(values).boxed().toList();
  }
}
