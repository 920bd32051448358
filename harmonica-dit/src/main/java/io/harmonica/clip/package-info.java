/**
 * CLIP (Radford et al., 2021), which tells how well an image fits a text: {@link
 * io.harmonica.clip.ClipTokenizer} cuts texts into tokens, and {@link io.harmonica.clip.ClipModel}
 * turns these and images into directions whose cosine is the answer. Start with {@link
 * io.harmonica.clip.ClipModel}.
 */
package io.harmonica.clip;
