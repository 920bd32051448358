/**
 * What is measured before planning: how much branches change from step to step, for SmoothCache,
 * and least-squares weights of forecasts.
 *
 * <p>Start with {@link io.harmonica.calibration.SmoothCacheCalibration} and {@link
 * io.harmonica.calibration.LinearCalibration}.
 */
package io.harmonica.calibration;
