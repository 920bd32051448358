/**
 * Work that is split into independent pieces, and who runs them: this process, several processes of
 * this machine, or a cluster. The answers are the same, since a piece has the same answer wherever
 * and however often it runs.
 *
 * <p>Start with {@link io.harmonica.work.Workers}.
 */
package io.harmonica.work;
