/**
 * Plans that are chosen by what they do to the final image: whole steps first, then single
 * branches, until the plan costs what was asked for. Step-wise training can take part.
 *
 * <p>Start with {@link io.harmonica.search.TargetTrainer} and {@link
 * io.harmonica.search.TargetRecipe}.
 */
package io.harmonica.search;
