/**
 * The way in: opens a model, samples images, and gives trainers what they need to know of it. New
 * kinds of models join with a {@link io.harmonica.pipeline.ModelFamily} and a line in {@code META-
 * INF/services}.
 *
 * <p>Start with {@link io.harmonica.pipeline.DiffusionPipeline} and {@link
 * io.harmonica.pipeline.ImageRequest}.
 */
package io.harmonica.pipeline;
