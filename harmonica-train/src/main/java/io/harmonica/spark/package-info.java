/**
 * Workers on an Apache Spark cluster. Nothing else knows Spark: this package is found by name, and
 * only where Spark is on the class path.
 *
 * <p>Start with {@link io.harmonica.spark.SparkCluster}.
 */
package io.harmonica.spark;
