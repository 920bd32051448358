/**
 * Short programs, one idea each, that show the library without the command line. The programs
 * {@code Main}, {@code DitXl} and {@code PixArt} start the command line, the latter two with the
 * settings of a published model.
 *
 * <p>Start with {@link io.harmonica.examples.SampleWithRouter}.
 */
package io.harmonica.examples;
