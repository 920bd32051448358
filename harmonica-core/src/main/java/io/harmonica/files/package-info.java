/**
 * Files that are whole or not there, checksums, PNG pictures and the library's version. Everything
 * that writes a file goes through {@link io.harmonica.files.AtomicFiles}.
 *
 * <p>Start with {@link io.harmonica.files.AtomicFiles}.
 */
package io.harmonica.files;
