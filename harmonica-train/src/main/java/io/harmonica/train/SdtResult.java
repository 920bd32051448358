package io.harmonica.train;

/**
 * What one trajectory of step-wise denoising training found, before the router's update.
 *
 * @param error by step: mean((teacher - student)^2), [T], the first is 0
 * @param loss by step, [T], the first is 0
 * @param gradient by step: d loss / d logit, [T][branches], the first row is 0
 */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier, read at once
record SdtResult(float[] error, float[] loss, float[][] gradient) {}
