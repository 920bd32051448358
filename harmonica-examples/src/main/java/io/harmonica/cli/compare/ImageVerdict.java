package io.harmonica.cli.compare;

import io.harmonica.cli.sampling.ImageDecoder;
import io.harmonica.eval.Agreement;
import io.harmonica.eval.Estimate;
import java.util.Optional;

/**
 * What the images of one candidate look like.
 *
 * @param psnr likeness to the images without a cache in decibels, over all images
 * @param ssim structural similarity to them, for images of at least its window's size
 * @param agreement how often the classifier sees what was asked for, where there is one
 * @param frechet distance of the classifier's features from those of real images
 * @param shown some of the images
 */
public record ImageVerdict(
    Estimate psnr,
    Optional<Estimate> ssim,
    Optional<Agreement> agreement,
    Optional<Estimate> frechet,
    ImageDecoder.Images shown) {}
