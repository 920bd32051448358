/**
 * The network whose features FID and its relatives compare.
 *
 * <p>{@link io.harmonica.inception.InceptionV3} turns images of 8-bit pixels into {@link
 * io.harmonica.inception.InceptionFeatures}. What is made of those is in the evaluation package of
 * harmonica-train.
 *
 * <p>Start with {@link io.harmonica.inception.InceptionV3}.
 */
package io.harmonica.inception;
