package io.harmonica.plan;

/**
 * One branch at one step.
 *
 * @param step the step, in execution order
 * @param branch the flat branch index
 */
public record Cell(int step, int branch) {}
