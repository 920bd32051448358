package io.harmonica.pixart;

import ai.djl.ndarray.NDArray;

/**
 * What a text encoder made of a batch of captions. Whoever made the arrays closes them.
 *
 * @param embeddings [n, tokens, channels] FLOAT32
 * @param mask [n, tokens], 1 for the caption's tokens and 0 for padding
 */
public record Captions(NDArray embeddings, NDArray mask) {}
