package io.harmonica.diffusion;

import ai.djl.ndarray.NDList;

/**
 * What a batch is asked for, and what asking for nothing looks like. The arrays' meaning is the
 * model's; each has the batch as its first dimension. Whoever made the arrays closes them.
 *
 * @param conditional for example the labels, one array [n] of INT64
 * @param unconditional the same with the model's null label or empty prompt
 */
public record Conditioning(NDList conditional, NDList unconditional) {}
