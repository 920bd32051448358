package io.harmonica.pixart;

import io.harmonica.model.ModelValues;

/**
 * The size of what a PixArt model is run with. The same weights serve many.
 *
 * @param height height of the latents
 * @param width width of the latents
 * @param upscaling pixels along a side for each latent: 8 with all published autoencoders
 * @param captionTokens tokens of a caption, padding included: 120 for the alpha series, 300 for
 *     Sigma
 */
public record PixArtInput(int height, int width, int upscaling, int captionTokens) {
  private static final int MOST = 1 << 12;

  /**
   * Checks the sizes.
   *
   * @param height height of the latents
   * @param width width of the latents
   * @param upscaling pixels along a side for each latent
   * @param captionTokens tokens of a caption
   * @throws IllegalArgumentException if one is out of range; the message names it
   */
  public PixArtInput {
    ModelValues.within("height", height, 1, MOST);
    ModelValues.within("width", width, 1, MOST);
    ModelValues.within("upscaling", upscaling, 1, MOST);
    ModelValues.within("caption tokens", captionTokens, 1, MOST);
  }

  /** {@return the height of the images in pixels} */
  public int pixelHeight() {
    return height * upscaling;
  }

  /** {@return the width of the images in pixels} */
  public int pixelWidth() {
    return width * upscaling;
  }
}
