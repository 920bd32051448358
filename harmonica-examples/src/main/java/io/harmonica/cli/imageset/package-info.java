/**
 * Sampling of large sets of images into one file, as evaluations want them.
 *
 * <p>Start with {@link io.harmonica.cli.imageset.ImageSetSampler}, which makes the images; {@link
 * io.harmonica.cli.imageset.UnfinishedImages} keeps those that are done safe from an interruption,
 * and {@link io.harmonica.checkpoint.numpy.NpzWriter} writes the result for NumPy.
 */
package io.harmonica.cli.imageset;
