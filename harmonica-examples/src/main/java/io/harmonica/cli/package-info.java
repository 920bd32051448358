/**
 * The command line: a class for each command, and one for each group of options that commands
 * share. Printing and exit codes are decided here.
 *
 * <p>Start with {@link io.harmonica.cli.CommandLineApp}.
 */
package io.harmonica.cli;
