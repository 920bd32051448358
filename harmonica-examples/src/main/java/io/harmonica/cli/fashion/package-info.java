/**
 * The bundled models of Fashion-MNIST: a small DiT and the classifier that judges its images, and
 * how both were trained. They let every command run without a download.
 *
 * <p>Start with {@link io.harmonica.cli.fashion.BundledDit}.
 */
package io.harmonica.cli.fashion;
