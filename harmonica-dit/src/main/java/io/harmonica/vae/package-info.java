/**
 * From latents to images: the decoder of latent diffusion models. Large batches are decoded in
 * slices, so that memory stays within a budget.
 *
 * <p>Start with {@link io.harmonica.vae.VaeDecoder}.
 */
package io.harmonica.vae;
