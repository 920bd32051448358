/**
 * What a training gives and sampling takes: scores for every step and branch, with the model that
 * they belong to. Routers are read and written in this library's format and in that of the public
 * Python code.
 *
 * <p>Start with {@link io.harmonica.router.Router}.
 */
package io.harmonica.router;
