/**
 * Trains small image models themselves, where the rest of the project trains what is cached of
 * them. The same trainer serves a model of classes and one of captions.
 *
 * <p>Start with {@link io.harmonica.cli.training.ImageModelTrainer}.
 */
package io.harmonica.cli.training;
