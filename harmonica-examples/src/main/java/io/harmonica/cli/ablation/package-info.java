/** Trains variants of the recipes for the same costs and compares them: what each part is worth. */
package io.harmonica.cli.ablation;
