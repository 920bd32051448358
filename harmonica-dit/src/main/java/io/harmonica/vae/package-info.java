/** From latents to images: the decoder of latent diffusion models. */
package io.harmonica.vae;
