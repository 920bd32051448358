/**
 * Trains variants of the recipes for the same costs and compares them: what each part is worth.
 * Routers that are there are not trained again.
 *
 * <p>Start with {@link io.harmonica.cli.ablation.Ablation}.
 */
package io.harmonica.cli.ablation;
