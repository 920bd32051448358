package io.harmonica.cli.compare;

import io.harmonica.eval.BenchmarkSettings;
import io.harmonica.eval.Candidate;
import io.harmonica.plan.CachePlan;
import java.io.Serializable;
import java.util.List;

/**
 * What is compared and how, in values that travel.
 *
 * @param settings how
 * @param entries what is compared with the run without a cache
 * @param shown the samples whose images are kept
 */
record ComparisonSpec(BenchmarkSettings settings, List<Entry> entries, List<Integer> shown)
    implements Serializable {

  /**
   * A candidate: for its run the plan is enough.
   *
   * @param name its name
   * @param plan its plan
   */
  record Entry(String name, CachePlan plan) implements Serializable {}

  static ComparisonSpec of(
      BenchmarkSettings settings, List<Candidate> candidates, List<Integer> shown) {
    return new ComparisonSpec(
        settings,
        candidates.stream().map(each -> new Entry(each.name(), each.plan())).toList(),
        shown);
  }

  List<Candidate> candidates() {
    return entries.stream().map(entry -> new Candidate(entry.name(), entry.plan())).toList();
  }
}
