/**
 * PixArt transformers (Chen et al., 2023 and 2024), which are asked for images in words. Self-
 * attention, cross-attention and feed-forward layers can each be cached.
 *
 * <p>Start with {@link io.harmonica.pixart.PixArtModel}; {@link
 * io.harmonica.pixart.PixArtCheckpoint} reads its weights.
 */
package io.harmonica.pixart;
