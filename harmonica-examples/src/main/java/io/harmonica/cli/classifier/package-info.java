/**
 * What generated images are judged with: small convolutional classifiers of our own, trained on
 * real images. They say what an image looks like, and their features measure distances between
 * sets.
 *
 * <p>Start with {@link io.harmonica.cli.classifier.ReferenceClassifier}.
 */
package io.harmonica.cli.classifier;
