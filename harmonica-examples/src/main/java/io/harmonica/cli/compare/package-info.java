/**
 * Compares caching policies on a model: what they save, what they cost, tables, files and a report.
 */
package io.harmonica.cli.compare;
