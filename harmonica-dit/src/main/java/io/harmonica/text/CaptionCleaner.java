package io.harmonica.text;

import java.util.Locale;

/**
 * What happens to a caption before it is cut into tokens. Models know captions as they were cleaned
 * for training, so prompts are cleaned alike.
 */
@FunctionalInterface
public interface CaptionCleaner {

  /** Lower case, without surrounding space: what the pipelines do when cleaning is switched off. */
  CaptionCleaner PLAIN = caption -> Spaces.strip(caption.toLowerCase(Locale.ROOT));

  /**
   * The rules of {@link CaptionRules}, applied twice, as the PixArt pipelines do by default: what
   * the first pass takes away may uncover more for the second.
   */
  CaptionCleaner RULES = caption -> CaptionRules.apply(CaptionRules.apply(caption));

  /**
   * Cleans a caption.
   *
   * @param caption any text
   * @return the text to cut into tokens; empty if nothing is left
   */
  String clean(String caption);
}
