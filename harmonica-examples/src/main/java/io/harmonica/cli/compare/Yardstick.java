package io.harmonica.cli.compare;

import io.harmonica.cli.fashion.BundledClassifier;

/**
 * What judges images that a classifier knows.
 *
 * @param classifier the classifier and the real images' statistics
 * @param labels the class that each sample is asked to show
 */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier
public record Yardstick(BundledClassifier classifier, int[] labels) {}
