package io.harmonica.eval;

import ai.djl.ndarray.types.Shape;
import java.util.Optional;

/**
 * What the images of one candidate look like.
 *
 * @param psnr likeness to the images without a cache in decibels, over all images
 * @param ssim structural similarity to them, for images of at least its window's size
 * @param agreement how often a classifier sees what was asked for, where there is one
 * @param frechet distance of the classifier's features from those of real images
 * @param shape an image's shape, [C, H, W]
 * @param shown some of the images, [count][C * H * W]
 */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier
public record ImageScores(
    Estimate psnr,
    Optional<Estimate> ssim,
    Optional<Agreement> agreement,
    Optional<Estimate> frechet,
    Shape shape,
    float[][] shown) {}
