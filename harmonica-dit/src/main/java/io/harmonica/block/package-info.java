/**
 * Own models: any DJL {@code Block} becomes a cacheable residual branch, and such branches a {@link
 * io.harmonica.diffusion.Denoiser}. Start reading at {@link io.harmonica.block.BlockDenoiser}.
 */
package io.harmonica.block;
