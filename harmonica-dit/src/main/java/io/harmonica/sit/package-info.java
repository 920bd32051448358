/**
 * SiT (Ma et al., 2024): flow models with the backbone of DiT. Time runs from noise to image, and
 * the network predicts a velocity.
 *
 * <p>Start with {@link io.harmonica.sit.SitModel}; {@link io.harmonica.sit.SitCheckpoint} reads its
 * weights.
 */
package io.harmonica.sit;
