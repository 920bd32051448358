package io.harmonica.pixart;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.Conditioning;
import io.harmonica.pipeline.ImageSubjects;
import io.harmonica.text.CaptionEmbeddings;
import io.harmonica.text.EncodedCaptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Images of what captions say, for PixArt. */
final class CaptionSubjects implements ImageSubjects {
  private static final int NAME_LENGTH = 40;

  private final PixArtModel model;
  private final CaptionEmbeddings captions;
  private final int[] which;

  CaptionSubjects(PixArtModel model, CaptionEmbeddings captions, int... which) {
    this.model = model;
    this.captions = captions;
    this.which = which.clone();
  }

  @Override
  public int count() {
    return which.length;
  }

  @Override
  public String kind() {
    return "prompts";
  }

  /** The caption's first words, as far as every file system takes them. */
  @Override
  public String name(int index) {
    String words =
        captions
            .prompts()
            .get(which[index])
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-")
            .replaceAll("^-|-$", "");
    String name = words.substring(0, Math.min(NAME_LENGTH, words.length()));
    return name.isEmpty() ? "prompt" + which[index] : name.replaceAll("-$", "");
  }

  @Override
  public ImageSubjects range(int first, int last) {
    return new CaptionSubjects(model, captions, Arrays.copyOfRange(which, first, last));
  }

  @Override
  public Conditioning conditioning(NDManager owner) {
    try (NDManager scope = owner.newSubManager();
        EncodedCaptions asked = captions.batch(scope, which);
        EncodedCaptions negative = captions.negative(scope, 1)) {
      return model.condition(owner, asked, negative);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    List<String> asked = captions.prompts();
    return Arrays.stream(which).mapToObj(asked::get).toList().toString();
  }
}
