/**
 * The library's own costs, measured in interleaved rounds against what the machine can do. Figures
 * that belong together are measured by one {@link io.harmonica.cli.bench.FigureGroup}.
 *
 * <p>Start with {@link io.harmonica.cli.bench.BenchSuite}.
 */
package io.harmonica.cli.bench;
