/**
 * Pictures and the single-file HTML report.
 *
 * <p>Every picture is drawn for screens with two image pixels per CSS pixel, and {@link
 * io.harmonica.cli.report.HtmlReport} shows it at that size, so that text is sharp. Everything
 * works on a machine without a display. Without fonts, {@link io.harmonica.cli.report.ImageGrid}
 * and {@link io.harmonica.cli.report.RouterHeatMap} leave their text out, and {@link
 * io.harmonica.cli.report.Curves} gives an empty result, since a chart without numbers says
 * nothing; see {@link io.harmonica.cli.report.Fonts}.
 *
 * <p>Start with {@link io.harmonica.cli.report.HtmlReport}.
 */
package io.harmonica.cli.report;
