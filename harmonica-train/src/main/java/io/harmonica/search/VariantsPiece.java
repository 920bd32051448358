package io.harmonica.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.plan.CachePlan;
import io.harmonica.work.ModelBench;
import io.harmonica.work.Piece;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Measures some of a plan's variants on a batch that its worker draws anew.
 *
 * @param batch which batch
 * @param base the plan
 * @param variants some of its variants
 * @param measure what is measured
 * @param <R> a measurement
 */
record VariantsPiece<R>(
    CalibrationBatches.Draw batch, CachePlan base, List<CachePlan> variants, Measure<R> measure)
    implements Piece<ModelBench, VariantsPiece.Found<R>> {
  /** A piece also runs everything and its plan: so many times their passes make that little. */
  private static final int LEAST_RUNS = 16;

  /**
   * Measures a run's end.
   *
   * @param <R> the measurement
   */
  @FunctionalInterface
  interface Measure<R> extends Serializable {
    R of(PlanErrors batch, NDArray x);
  }

  /**
   * What was measured.
   *
   * @param base of the plan
   * @param variants of its variants, in their order
   * @param <R> a measurement
   */
  record Found<R>(R base, List<R> variants) implements Serializable {}

  @Override
  public Found<R> run(ModelBench bench) {
    try (NDManager scope = bench.manager().newSubManager()) {
      List<R> found = new ArrayList<>();
      variants.forEach(variant -> found.add(null));
      R own =
          batch
              .open(bench.setup(), scope, Optional.empty())
              .here(base, variants, measure, found::set);
      return new Found<>(own, found);
    }
  }

  /**
   * Groups variants into pieces that are worth their overhead, neighbours together.
   *
   * @param steps T
   * @param starts the step at which each variant leaves its plan
   */
  static List<List<Integer>> groups(int steps, int[] starts) {
    List<List<Integer>> groups = new ArrayList<>();
    int passes = 0;
    for (int variant :
        IntStream.range(0, starts.length)
            .boxed()
            .sorted(Comparator.comparingInt(i -> starts[i]))
            .toList()) {
      if (passes == 0 || passes >= LEAST_RUNS * steps) {
        groups.add(new ArrayList<>());
        passes = 0;
      }
      groups.get(groups.size() - 1).add(variant);
      passes += Math.max(1, steps - starts[variant]);
    }
    return groups;
  }
}
