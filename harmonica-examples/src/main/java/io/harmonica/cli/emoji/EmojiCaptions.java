package io.harmonica.cli.emoji;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Captions of an emoji by rule, from its names, its kind and the colour that most of it has. */
record EmojiCaptions(Emoji emoji, String colour) {
  private static final String COLOURS =
      ".*\\b(red|orange|yellow|green|blue|purple|pink|brown|black|grey|white)\\b.*";

  /** Those to train on. */
  List<String> training() {
    String name = emoji.name();
    String kind = EmojiChoice.KINDS.get(emoji.group());
    Set<String> captions = new LinkedHashSet<>();
    captions.add(name);
    captions.add(a(name));
    captions.add("an emoji of " + a(name));
    captions.add("a picture of " + a(name));
    captions.add(name + ", " + a(kind));
    captions.add(a(coloured()));
    captions.addAll(emoji.others());
    return List.copyOf(captions);
  }

  /** One that training does not have, though it has all its words. */
  String heldOut() {
    String kind = EmojiChoice.KINDS.get(emoji.group());
    return "a picture of " + a(coloured()) + ", " + a(kind);
  }

  private String coloured() {
    boolean told = colour.isEmpty() || emoji.name().matches(COLOURS);
    return told ? emoji.name() : colour + " " + emoji.name();
  }

  private static String a(String noun) {
    if (noun.matches(".*[^su]s")) {
      return noun;
    }
    return (noun.matches("[aeio].*") ? "an " : "a ") + noun;
  }

  /** Lines of the caption file: the image's file and one caption each. */
  static List<String> lines(Emoji emoji, List<String> captions) {
    List<String> lines = new ArrayList<>();
    captions.forEach(caption -> lines.add(emoji.image() + "\t" + caption));
    return lines;
  }
}
