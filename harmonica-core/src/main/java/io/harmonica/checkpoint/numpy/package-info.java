/**
 * NumPy's files: {@code .npy} with one array and {@code .npz} with several, read and written
 * without Python, a piece at a time.
 *
 * <p>Start with {@link io.harmonica.checkpoint.numpy.NpzReader}.
 */
package io.harmonica.checkpoint.numpy;
