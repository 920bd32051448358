/**
 * What the command line's workers open and on which device: a model, told by values that travel.
 *
 * <p>Start with {@link io.harmonica.cli.work.ModelOpener}.
 */
package io.harmonica.cli.work;
