/**
 * The library's own costs: each {@link io.harmonica.examples.bench.FigureGroup} measures figures
 * that belong together, in interleaved rounds, against what the machine can do.
 */
package io.harmonica.examples.bench;
