/**
 * What all model families need of the files on disk: where weights and configurations are,
 * checksums, and the schedulers that diffusers describes. It knows no architecture.
 *
 * <p>Start with {@link io.harmonica.model.ModelFiles}.
 */
package io.harmonica.model;
