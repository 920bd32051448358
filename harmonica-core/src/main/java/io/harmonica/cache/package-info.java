/**
 * The cache at inference: what a model asks for the output of each of its branches, and what
 * answers from a plan. A cache lives for one trajectory.
 *
 * <p>Start with {@link io.harmonica.cache.CacheHook}, then {@link io.harmonica.cache.PlannedCache}.
 */
package io.harmonica.cache;
