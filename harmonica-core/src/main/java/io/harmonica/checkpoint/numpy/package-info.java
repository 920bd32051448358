/**
 * NumPy's files: {@code .npy} with one array and {@code .npz} with several, read and written
 * without Python, a piece at a time.
 */
package io.harmonica.checkpoint.numpy;
