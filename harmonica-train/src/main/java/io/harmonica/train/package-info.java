/**
 * The published training of routers: step-wise denoising training with the image error proxy.
 * Learning-to-Cache, which needs images, is its rival.
 *
 * <p>Start with {@link io.harmonica.train.RouterTrainer} and {@link
 * io.harmonica.train.RouterTrainerConfig}.
 */
package io.harmonica.train;
