package io.harmonica.text;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Character references of HTML: by number, and those with the usual names. */
final class CharacterReferences {
  private static final Pattern REFERENCE =
      Pattern.compile("&(?:#(?<decimal>\\d{1,7})|#x(?<hex>[0-9a-f]{1,6})|(?<name>[a-z]{2,6}));");

  private static final Map<String, String> NAMES =
      Map.of("amp", "&", "lt", "<", "gt", ">", "quot", "\"", "apos", "'", "nbsp", "\u00a0");

  private CharacterReferences() {}

  /** Decodes what is known; everything else stays. */
  static String decode(String text) {
    return REFERENCE
        .matcher(text)
        .replaceAll(
            match -> {
              String all = match.group();
              String decoded =
                  all.startsWith("&#")
                      ? character(all).orElse(all)
                      : NAMES.getOrDefault(all.substring(1, all.length() - 1), all);
              return Matcher.quoteReplacement(decoded);
            });
  }

  private static Optional<String> character(String reference) {
    boolean hex = reference.charAt(2) == 'x';
    String digits = reference.substring(hex ? 3 : 2, reference.length() - 1);
    int code = Integer.parseInt(digits, hex ? 16 : 10);
    boolean surrogate = code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE;
    return Character.isValidCodePoint(code) && !surrogate && code != 0
        ? Optional.of(Character.toString(code))
        : Optional.empty();
  }
}
