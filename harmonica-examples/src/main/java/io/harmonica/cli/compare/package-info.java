/**
 * Compares caching policies on a model by what they save and what their images look like. Tables,
 * files and a report come of it.
 *
 * <p>Start with {@link io.harmonica.cli.compare.ImageComparison}.
 */
package io.harmonica.cli.compare;
