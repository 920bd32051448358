package io.harmonica.search;

import io.harmonica.plan.PlanTarget;
import java.util.List;

/**
 * What a search for a plan found.
 *
 * @param path the plans after each round, the start first and the plan found last; at least one
 * @param forwards guided forward passes that the search took, its reference run included
 */
public record PlanSearchResult(List<MeasuredPlan> path, long forwards) {

  /**
   * Copies the path.
   *
   * @param path see the record
   * @param forwards see the record
   */
  public PlanSearchResult {
    path = List.copyOf(path);
  }

  /**
   * Returns where the search began.
   *
   * @return the first plan
   */
  public MeasuredPlan start() {
    return path.get(0);
  }

  /**
   * Returns what the search found.
   *
   * @return the last plan
   */
  public MeasuredPlan found() {
    return path.get(path.size() - 1);
  }

  /**
   * Returns the first plan on the path that meets a target, so that one descent serves several.
   *
   * @param target the target
   * @return the plan
   * @throws IllegalArgumentException if none meets it
   */
  public MeasuredPlan at(PlanTarget target) {
    return path.stream()
        .filter(point -> target.metBy(point.plan()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no plan of the search costs %d or less; search for less"
                        .formatted(target.total())));
  }
}
