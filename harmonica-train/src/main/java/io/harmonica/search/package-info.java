/**
 * Plans that are chosen by what they do to the final image, with forecasts in place: starts of
 * whole steps compete, single cells are exchanged at the target's cost, and weights are learned.
 *
 * <p>Start with {@link io.harmonica.search.PlanSearch} and {@link
 * io.harmonica.search.PlanSearchConfig}.
 */
package io.harmonica.search;
