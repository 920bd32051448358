/**
 * From prompts to what a model attends to: cleaning, tokens, the T5 encoder, and embeddings that
 * are saved. The encoder can come and go before the image model is loaded.
 *
 * <p>Start with {@link io.harmonica.text.TextStage}, then {@link io.harmonica.text.CaptionEncoder}.
 */
package io.harmonica.text;
