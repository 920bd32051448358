/**
 * Rules that make a plan without training, one file each. {@link io.harmonica.policy.CachePolicies}
 * lists them by the names that the command line uses.
 *
 * <p>Start with {@link io.harmonica.policy.IntervalPolicy}, the shortest.
 */
package io.harmonica.policy;
