/**
 * From noise to samples: noise schedules, samplers, guidance and the loop that takes their steps.
 * {@link io.harmonica.diffusion.SamplingSetup} says what a run is, and every trainer and benchmark
 * takes one.
 *
 * <p>Start with {@link io.harmonica.diffusion.DenoisingLoop}; a model joins as a {@link
 * io.harmonica.diffusion.Denoiser}.
 */
package io.harmonica.diffusion;
