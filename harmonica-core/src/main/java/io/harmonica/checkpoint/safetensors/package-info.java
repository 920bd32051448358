/**
 * Reads and writes safetensors files, in one piece or in several with an index. Headers are checked
 * before a byte of a tensor is believed.
 *
 * <p>Start with {@link io.harmonica.checkpoint.safetensors.SafetensorsFile} and {@link
 * io.harmonica.checkpoint.safetensors.SafetensorsWriter}.
 */
package io.harmonica.checkpoint.safetensors;
