/** From prompts to what a model attends to: cleaning, tokens, the T5 encoder, saved embeddings. */
package io.harmonica.text;
