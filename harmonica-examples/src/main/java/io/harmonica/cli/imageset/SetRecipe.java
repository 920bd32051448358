package io.harmonica.cli.imageset;

import io.harmonica.cli.work.SamplingSpec;
import io.harmonica.plan.CachePlan;
import java.io.Serializable;

/**
 * How the images of a set are made.
 *
 * @param sampling how the samples run
 * @param plan what is computed when
 * @param seed of all noise
 */
public record SetRecipe(SamplingSpec sampling, CachePlan plan, long seed) implements Serializable {}
