/**
 * Reads and writes PyTorch's zip archives. The pickle inside is interpreted by a small reader that
 * builds tensors and plain values, and runs nothing.
 *
 * <p>Start with {@link io.harmonica.checkpoint.torch.TorchFile} and {@link
 * io.harmonica.checkpoint.torch.TorchFileWriter}.
 */
package io.harmonica.checkpoint.torch;
