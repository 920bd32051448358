package io.harmonica.cli.emoji;

import com.google.gson.Gson;
import com.google.gson.JsonSyntaxException;
import com.google.gson.annotations.SerializedName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * One emoji of the package {@code emoji-datasource-google}.
 *
 * @param image its file's name
 * @param name Unicode's name in lower case, or the common one where Unicode's describes a glyph
 * @param others what else it is called
 * @param group Unicode's subcategory, such as {@code animal-bird}
 */
record Emoji(String image, String name, List<String> others, String group) {
  private static final String LIST = "emoji.json";

  /** An entry of the package's list, of which Gson fills in what is named here. */
  private record Entry(
      String name,
      String image,
      String subcategory,
      @SerializedName("short_names") List<String> shortNames,
      @SerializedName("has_img_google") boolean drawn) {

    Emoji emoji() {
      List<String> common =
          shortNames.stream()
              .map(text -> text.replaceAll("[_-]", " ").replaceAll("[0-9]+$", ""))
              .filter(text -> text.length() > 2)
              .toList();
      String unicode = name.toLowerCase(Locale.ROOT);
      // "heavy black heart" is red: such names say how a printed sign looks.
      boolean glyph = unicode.matches("heavy .*|black sun .*|white medium .*");
      String plain = unicode.replaceAll("^(large|front-facing) ", "").replace('-', ' ');
      String first = glyph && !common.isEmpty() ? common.get(0) : plain;
      return new Emoji(
          image, first, common.stream().filter(text -> !text.equals(first)).toList(), subcategory);
    }
  }

  /**
   * Reads the package's list.
   *
   * @param folder the unpacked package
   * @return all emoji that have an image of Google's, in the package's order
   * @throws IOException if the list is missing or damaged
   */
  static List<Emoji> all(Path folder) throws IOException {
    Path file = folder.resolve(LIST);
    try {
      Entry[] entries = new Gson().fromJson(Files.readString(file), Entry[].class);
      if (entries == null) {
        throw new IOException(file + " is empty; unpack emoji-datasource-google anew");
      }
      return Arrays.stream(entries).filter(Entry::drawn).map(Entry::emoji).toList();
    } catch (JsonSyntaxException e) {
      throw new IOException(file + " is no list of emoji; unpack emoji-datasource-google anew", e);
    }
  }
}
