/**
 * U-ViT (Bao et al., 2023): transformers with long skip connections, whose tokens are time, label
 * and patches. Every attention and feed-forward layer can be cached.
 *
 * <p>Start with {@link io.harmonica.uvit.UvitModel}; {@link io.harmonica.uvit.UvitCheckpoint} reads
 * its weights.
 */
package io.harmonica.uvit;
