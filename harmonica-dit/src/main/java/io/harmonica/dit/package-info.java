/**
 * Class-conditional Diffusion Transformers (Peebles and Xie, 2023), from public or diffusers
 * checkpoints. Every attention and feed-forward layer asks a cache hook for its output.
 *
 * <p>Start with {@link io.harmonica.dit.DitModel}; {@link io.harmonica.dit.DitCheckpoint} reads its
 * weights.
 */
package io.harmonica.dit;
