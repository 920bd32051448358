/**
 * A text-to-image model of our own: Google's Noto emoji as pictures with captions, and a small
 * PixArt that is trained on them.
 *
 * <p>Start with {@link io.harmonica.cli.emoji.EmojiSet}, then {@link
 * io.harmonica.cli.emoji.TrainedPixArt}.
 */
package io.harmonica.cli.emoji;
