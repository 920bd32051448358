/** PixArt: Diffusion Transformers that are asked for images in words. */
package io.harmonica.pixart;
