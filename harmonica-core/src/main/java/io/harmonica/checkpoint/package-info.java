/**
 * Opens checkpoints, whatever their format: safetensors or PyTorch's own. No code from a checkpoint
 * is ever run, and a damaged file is an exception that names tensor and place.
 *
 * <p>Start with {@link io.harmonica.checkpoint.Checkpoints}.
 */
package io.harmonica.checkpoint;
