/**
 * What is measured before planning: how much branches change from step to step, for SmoothCache,
 * and how long they take on this machine.
 *
 * <p>Start with {@link io.harmonica.calibration.SmoothCacheCalibration} and {@link
 * io.harmonica.calibration.MeasuredCost}.
 */
package io.harmonica.calibration;
