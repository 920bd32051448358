package io.harmonica.search;

import io.harmonica.plan.CachePlan;

/**
 * A plan and what it costs on a calibration batch.
 *
 * @param plan the plan
 * @param cost its cost in the unit of the search's target
 * @param error mean squared difference of its x_0 to that of the run that computes everything
 */
public record MeasuredPlan(CachePlan plan, long cost, double error) {}
