/**
 * The project's main job in small: trains a router on the bundled model, samples with and without
 * it, and reports what it bought.
 *
 * <p>Start with {@link io.harmonica.cli.quickstart.Quickstart}.
 */
package io.harmonica.cli.quickstart;
