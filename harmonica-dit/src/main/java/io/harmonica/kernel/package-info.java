/**
 * Layers of transformers as single calls of TorchScript, which is two to three times as fast as
 * composing them of array calls. The scripts are readable sources beside the classes, made into
 * archives when they are first needed.
 *
 * <p>Start with {@link io.harmonica.kernel.TransformerKernels}; {@link
 * io.harmonica.kernel.Precision} says what matrices are multiplied in.
 */
package io.harmonica.kernel;
