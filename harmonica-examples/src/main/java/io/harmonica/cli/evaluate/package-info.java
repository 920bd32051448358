/**
 * Judging a set of images against another one: {@link io.harmonica.cli.evaluate.PixelSource} reads
 * the images, {@link io.harmonica.cli.evaluate.FeatureShelf} has their features computed or finds
 * them, {@link io.harmonica.cli.evaluate.Scores} compares them, and {@link
 * io.harmonica.cli.evaluate.EvaluationReport} says what came out.
 *
 * <p>Start with {@link io.harmonica.cli.evaluate.Scores}.
 */
package io.harmonica.cli.evaluate;
