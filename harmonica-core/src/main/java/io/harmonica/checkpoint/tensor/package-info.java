/**
 * What all checkpoint formats share: named tensors with shape, type and values. A damaged file is a
 * {@link io.harmonica.checkpoint.tensor.MalformedCheckpointException}.
 *
 * <p>Start with {@link io.harmonica.checkpoint.tensor.TensorSource}.
 */
package io.harmonica.checkpoint.tensor;
