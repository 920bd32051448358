package io.harmonica.text;

import java.util.Arrays;

/** A caption as the text encoder takes it: token ids, padded to a common length. Immutable. */
public final class CaptionTokens {
  private static final int PADDING = 0;

  private final int[] ids;
  private final int length;
  private final String cut;

  /**
   * Pads ids.
   *
   * @param ids the caption's own tokens, the end of the text last
   * @param tokens the length to pad to
   * @param cut the end of the caption that had no room, as far as it can be told from tokens
   * @throws IllegalArgumentException if there are no ids or more than tokens
   */
  CaptionTokens(int[] ids, int tokens, String cut) {
    if (ids.length < 1 || ids.length > tokens) {
      throw new IllegalArgumentException(
          ids.length + " token ids do not fit; expected 1 to " + tokens);
    }
    this.ids = Arrays.copyOf(ids, tokens);
    Arrays.fill(this.ids, ids.length, tokens, PADDING);
    this.length = ids.length;
    this.cut = cut;
  }

  /** {@return the ids, padding included, a copy} */
  public int[] ids() {
    return ids.clone();
  }

  /**
   * {@return the number of the caption's own tokens, the end of the text among them, from 1 to
   * {@link #tokens()}; the mask is 1 for as many places and then 0}
   */
  public int length() {
    return length;
  }

  /** {@return the number of places: the ids' length, padding included} */
  public int tokens() {
    return ids.length;
  }

  /**
   * {@return what had to be cut off: the end of the caption as the tokenizer writes it, empty when
   * nothing was cut}
   */
  public String cut() {
    return cut;
  }

  /**
   * Pads to another length.
   *
   * @param tokens at least {@link #length()}
   * @return the same caption
   * @throws IllegalArgumentException if there is no room for the caption's own tokens
   */
  public CaptionTokens padded(int tokens) {
    return new CaptionTokens(Arrays.copyOf(ids, length), tokens, cut);
  }
}
