/**
 * The library's own costs: each {@link io.harmonica.cli.bench.FigureGroup} measures figures that
 * belong together, in interleaved rounds, against what the machine can do.
 */
package io.harmonica.cli.bench;
