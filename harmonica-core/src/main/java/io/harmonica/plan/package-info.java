/**
 * What is computed when: a plan says for every step and branch of a trajectory whether the branch
 * is computed or made from the cache. Nothing here reads files or touches the engine.
 *
 * <p>Start with {@link io.harmonica.plan.CachePlan}; a rule of your own is a {@link
 * io.harmonica.plan.CachePolicy}.
 */
package io.harmonica.plan;
