/**
 * Statistics that say how good images are, and how close two sets of them lie.
 *
 * <p>All of it runs on the host, on plain Java arrays, and is independent of the engine that made
 * the images:
 *
 * <ul>
 *   <li>{@link io.harmonica.eval.FrechetDistance}, {@link io.harmonica.eval.KernelDistance} and
 *       {@link io.harmonica.eval.PrecisionRecall} compare two sets of feature vectors, {@link
 *       io.harmonica.eval.InceptionScore} judges one; none needs its {@link
 *       io.harmonica.eval.FeatureRows} in memory together,
 *   <li>{@link io.harmonica.eval.ImageError} compares two images pixel by pixel,
 *   <li>{@link io.harmonica.eval.Agreement} compares the labels a classifier sees with the labels
 *       that were asked for,
 *   <li>{@link io.harmonica.eval.Bootstrap} and {@link io.harmonica.eval.Statistics} say how far
 *       such a number can be trusted.
 * </ul>
 *
 * <p>Distances and statistics of feature vectors multiply matrices with ND4J, whose natives the
 * caller brings. Without them they throw an {@link java.lang.IllegalStateException} that says so.
 *
 * <p>Start with {@link io.harmonica.eval.PolicyBenchmark}, which compares policies on the same
 * noise.
 */
package io.harmonica.eval;
