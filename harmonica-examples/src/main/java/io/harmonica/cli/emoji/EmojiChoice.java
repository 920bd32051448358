package io.harmonica.cli.emoji;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which emoji a small model is trained on: things with a colour and an outline of their own, of
 * which there are enough to share words. Left out are flags, skin tones and people (hundreds that
 * differ by a few pixels), signs and clocks (letters, which 32 pixels do not hold), and, to see
 * each often enough in the time that training has, most objects, places and vehicles.
 */
final class EmojiChoice {
  /** Unicode's groups, and what a caption calls what is in them. */
  static final Map<String, String> KINDS =
      Map.ofEntries(
          Map.entry("animal-mammal", "animal"),
          Map.entry("animal-bird", "bird animal"),
          Map.entry("animal-marine", "sea animal"),
          Map.entry("animal-reptile", "reptile"),
          Map.entry("animal-amphibian", "animal"),
          Map.entry("food-fruit", "fruit"),
          Map.entry("food-vegetable", "vegetable"),
          Map.entry("food-sweet", "sweet food"),
          Map.entry("plant-flower", "flower"),
          Map.entry("heart", "heart"),
          Map.entry("geometric", "shape"),
          Map.entry("face-smiling", "face"),
          Map.entry("cat-face", "cat"),
          Map.entry("sky & weather", "weather"),
          Map.entry("book-paper", "paper"));

  /** Those that no training sees, made of words that others are made of too. */
  private static final Set<String> HELD_OUT =
      Set.of(
          "purple heart",
          "brown heart",
          "green circle",
          "orange square",
          "orange diamond",
          "blue book",
          "green apple",
          "black bird",
          "sun behind rain cloud",
          "grinning cat face with smiling eyes",
          "smiling cat face with open mouth");

  private EmojiChoice() {}

  static List<Emoji> of(List<Emoji> all) {
    return all.stream().filter(EmojiChoice::chosen).toList();
  }

  static boolean heldOut(Emoji emoji) {
    return HELD_OUT.contains(emoji.name());
  }

  private static boolean chosen(Emoji emoji) {
    String name = emoji.name();
    return switch (emoji.group()) {
      // Buttons, and sizes of the same square.
      case "geometric" -> name.matches("[a-z]+ (circle|square|diamond)") && !sized(name);
      // White sheets on white.
      case "book-paper" -> name.contains("book");
      // Phases that differ by a shadow.
      case "sky & weather" -> !name.matches(".*(moon symbol|moon with face)");
      default -> KINDS.containsKey(emoji.group());
    };
  }

  private static boolean sized(String name) {
    return name.matches("(small|black|white).*");
  }
}
