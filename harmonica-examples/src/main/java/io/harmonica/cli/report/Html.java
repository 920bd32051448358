package io.harmonica.cli.report;

/** What every piece of the report needs to put text into HTML. */
final class Html {

  private Html() {}

  /**
   * Makes text safe for element content and for quoted attributes. Characters that HTML does not
   * allow become the replacement character.
   *
   * @param text any text
   * @return the text with its special characters escaped
   */
  static String escape(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                case '\n', '\t' -> out.appendCodePoint(c);
                default -> out.appendCodePoint(isAllowed(c) ? c : 0xFFFD);
              }
            });
    return out.toString();
  }

  private static boolean isAllowed(int c) {
    boolean control = c < 0x20 || (c >= 0x7F && c < 0xA0);
    boolean surrogate = c >= 0xD800 && c <= 0xDFFF;
    return !control && !surrogate && (c & 0xFFFE) != 0xFFFE;
  }
}
