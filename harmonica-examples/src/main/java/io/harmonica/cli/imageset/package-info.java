/**
 * Sampling of large sets of images into one file, as evaluations want them.
 *
 * <p>Start with {@link io.harmonica.cli.imageset.ImageSetSampler}, which makes the images, and
 * {@link io.harmonica.cli.imageset.SetBatch}, which has workers make them; {@link
 * io.harmonica.cli.imageset.SetParts} keeps those that are done safe from an interruption, and
 * {@link io.harmonica.cli.imageset.ImageSetFiles} makes one file of them.
 */
package io.harmonica.cli.imageset;
