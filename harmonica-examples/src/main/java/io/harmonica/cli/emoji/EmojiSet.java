package io.harmonica.cli.emoji;

import io.harmonica.files.AtomicFiles;
import io.harmonica.files.Pngs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * Makes pictures and captions of the npm package {@code emoji-datasource-google}, whose images are
 * Google's Noto emoji.
 *
 * @param images how many pictures there are to train on
 * @param captions how many captions they have
 * @param heldOut how many captions training does not see
 */
public record EmojiSet(int images, int captions, int heldOut) {
  /** SentencePiece's sign for a space. */
  private static final char SPACE = '\u2581';

  private static final String IMAGES = "img/google/64";

  /**
   * Writes a folder {@code images} of PNGs of 32 x 32 pixels; {@code captions.tsv} with an image's
   * file and a caption in each line, for training; {@code held-out.tsv} with captions of known
   * words that training does not see; and, for SentencePiece's trainer, {@code sentences.txt} with
   * all training captions and {@code words.txt} with their words as pieces.
   *
   * @param npm the unpacked package
   * @param out where to
   * @return what was written
   * @throws IOException if the package is damaged or a file cannot be written
   */
  public static EmojiSet write(Path npm, Path out) throws IOException {
    Path folder = Files.createDirectories(out.resolve("images"));
    List<String> training = new ArrayList<>();
    List<String> heldOut = new ArrayList<>();
    TreeSet<String> sentences = new TreeSet<>();
    int images = 0;
    for (Emoji emoji : EmojiChoice.of(Emoji.all(npm))) {
      EmojiPicture picture = EmojiPicture.read(npm.resolve(IMAGES).resolve(emoji.image()));
      Pngs.write(picture.picture(), folder.resolve(emoji.image()));
      EmojiCaptions captions = new EmojiCaptions(emoji, picture.colour());
      if (EmojiChoice.heldOut(emoji)) {
        heldOut.addAll(EmojiCaptions.lines(emoji, List.of(emoji.name())));
      } else {
        images++;
        training.addAll(EmojiCaptions.lines(emoji, captions.training()));
        heldOut.addAll(EmojiCaptions.lines(emoji, List.of(captions.heldOut())));
        sentences.addAll(captions.training());
      }
    }
    AtomicFiles.writeString(out.resolve("captions.tsv"), lines(training));
    AtomicFiles.writeString(out.resolve("held-out.tsv"), lines(heldOut));
    AtomicFiles.writeString(out.resolve("sentences.txt"), lines(List.copyOf(sentences)));
    AtomicFiles.writeString(out.resolve("words.txt"), lines(words(sentences)));
    return new EmojiSet(images, training.size(), heldOut.size());
  }

  /** Whole words, since a frozen encoder cannot put syllables together. */
  private static List<String> words(Collection<String> sentences) {
    return sentences.stream()
        .flatMap(sentence -> Arrays.stream(sentence.split("[^a-z]+")))
        .filter(word -> !word.isEmpty())
        .distinct()
        .sorted()
        .map(word -> SPACE + word)
        .toList();
  }

  private static String lines(List<String> lines) {
    return String.join("\n", lines) + "\n";
  }
}
