package io.harmonica.cli.compare;

import io.harmonica.cli.classifier.ReferenceClassifier;

/**
 * A classifier, and what it should see in each image.
 *
 * @param classifier the classifier and the real images' statistics
 * @param labels the class that each sample is asked to show
 */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier
public record LabelledClassifier(ReferenceClassifier classifier, int[] labels) {}
