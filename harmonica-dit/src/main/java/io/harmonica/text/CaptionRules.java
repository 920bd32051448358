package io.harmonica.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One pass of the rules by which DeepFloyd IF and PixArt cleaned the captions that they were
 * trained with. In this order:
 *
 * <ol>
 *   <li>percent signs with two hexadecimal digits and plus signs are decoded as in web addresses;
 *       lower case; {@code <person>} loses its brackets
 *   <li>web addresses, markup, character references, {@code @names} and Chinese characters go
 *   <li>dashes become {@code -}, quotation marks {@code "} and {@code '}
 *   <li>IP addresses, a time at the end, {@code \n} written out, {@code #123}, long numbers and
 *       file names go
 *   <li>repeated quotation marks become one; repeated full stops, a full stop alone, and signs such
 *       as brackets, {@code #}, {@code *} and {@code &} become a space
 *   <li>where there are more than three hyphens or underscores, they become spaces
 *   <li>words that mix letters and digits, advertising (free shipping, download, click here for),
 *       file types, page numbers and sizes such as 640x480 go
 *   <li>a space follows colons, commas and full stops; spaces become one; quotation marks around
 *       the whole and punctuation at its ends go
 * </ol>
 *
 * <p>The public code also calls two Python libraries, which these rules do without. Of
 * BeautifulSoup remains what matters to captions: tags and comments go, and the usual character
 * references are decoded. Of ftfy remains nothing here: it repairs wrongly decoded text, and
 * whatever else it does (ligatures, wide letters, control characters) the tokenizer does too.
 *
 * <p>What is a word is what Java takes for one in Unicode; Python differs in a few characters, such
 * as fractions and combining accents.
 *
 * <p>All patterns take time proportional to the text, however it is made.
 */
final class CaptionRules {
  private static final String SITES = "\\.(?:com|co|ru|net|org|edu|gov|it)[\\w/-]*\\b/?(?!@)";

  /**
   * A host is no longer than this and is not looked for from its middle, which keeps the time
   * linear.
   */
  private static final String HOST =
      "(?:(?<![a-z0-9.\\-])|(?<=(?<![a-z0-9])[.\\-]))[a-z0-9.\\-]{1,253}" + SITES;

  private static final String FILES = "(?:png|jpg|jpeg|bmp|webp|eps|pdf|apk|mp4)";
  private static final String DASHES =
      "[-\u058a\u05be\u1400\u1806\u2010-\u2015\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u301c\u3030\u30a0"
          + "\ufe31\ufe32\ufe58\ufe63\uff0d]++";
  private static final String ODD =
      "#&@~\u00a1\u00a7\u00a9\u00ae\u00b7\u00ba\u00bd\u00be\u00bf\u2022\u2122";
  private static final Pattern JOINT = pattern("[-_]");
  private static final int MAX_JOINTS = 3;

  /** Before the character references are decoded. */
  private static final List<Rule> START =
      new Rules()
          .replace("<person>", "person")
          .remove("\\b(?:https?:(?:/{1,3}|[a-z0-9%])|" + HOST + ")")
          .remove("\\b(?:www:(?:/{1,3}|[a-z0-9%])|" + HOST + ")")
          .remove("<!--.*?(?:-->|$)")
          .remove("</?[a-z][^<>]*+>")
          .list();

  private static final List<Rule> SIGNS =
      new Rules()
          .remove("@\\w++")
          .remove("[\u31c0-\u31ef\u31f0-\u31ff\u3200-\u4dbf\u4dc0-\u4dff\u4e00-\u9fff]++")
          .replace(DASHES, "-")
          .replace("[`\u00b4\u00ab\u00bb\u201c\u201d\u00a8]", "\"")
          .replace("[\u2018\u2019]", "'")
          .remove("&quot;?")
          .remove("&amp")
          .replace("\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}", " ")
          .remove("\\d:\\d\\d\\s++$")
          .replace("\\\\n", " ")
          .remove("#(?:\\d{1,3}+|\\d{5,}+)\\b")
          .remove("\\b\\d{6,}+\\b")
          .remove("(?<!\\S)\\S+\\." + FILES)
          .replace("[\"']{2,}+", "\"")
          .replace("\\.{2,}+", " ")
          .replace("[" + ODD + "()\\[\\]{}|\\\\/*]++", " ")
          .replace("(?<!\\s)\\s++\\.\\s++", " ")
          .list();

  private static final List<Rule> WORDS =
      new Rules()
          .remove("\\b[a-z]{1,3}+\\d{3,15}+\\b")
          .remove("\\b[a-z]++\\d++[a-z]++\\b")
          .remove("\\b\\d++[a-z]++\\d++\\b")
          .remove("(?:worldwide\\s++)?(?:free\\s++)?shipping")
          .remove("(?:free\\s)?download(?:\\sfree)?")
          .remove("\\bclick\\b\\s(?:for|on)\\s\\w++")
          .remove("\\b" + FILES + "(?:\\simages?)?")
          .remove("\\bpage\\s++\\d++\\b")
          .replace("\\b\\d*+[a-z]++\\d++[a-z]++\\d++[a-z\\d]*+\\b", " ")
          .remove("\\b\\d++\\.?\\d*+[x\u0445\u00d7]\\d++\\.?\\d*\\b")
          .replace("\\b\\s++:\\s++", ": ")
          .replace("(\\D[,./])\\b", "$1 ")
          .replace("\\s++", " ")
          .list();

  private static final List<Rule> ENDS =
      new Rules()
          .replace("^[\"'](.+)[\"']$", "$1")
          .remove("^['_,\\-:;]")
          .remove("['_,\\-:+]$")
          .remove("^\\.\\S++$")
          .list();

  private CaptionRules() {}

  private record Rule(Pattern pattern, String replacement) {
    String apply(String text) {
      return pattern.matcher(text).replaceAll(replacement);
    }
  }

  /** Collects rules in the order in which they apply. */
  private static final class Rules {
    private final List<Rule> rules = new ArrayList<>();

    Rules remove(String regex) {
      return replace(regex, "");
    }

    Rules replace(String regex, String replacement) {
      rules.add(new Rule(pattern(regex), replacement));
      return this;
    }

    List<Rule> list() {
      return List.copyOf(rules);
    }
  }

  private static Pattern pattern(String regex) {
    return Pattern.compile(regex, Pattern.UNICODE_CHARACTER_CLASS | Pattern.DOTALL);
  }

  static String apply(String caption) {
    String text = Spaces.strip(decodeAddress(caption)).toLowerCase(Locale.ROOT);
    text = apply(START, text);
    text = CharacterReferences.decode(text);
    text = apply(SIGNS, text);
    text = separate(text);
    text = apply(WORDS, text);
    text = apply(ENDS, text);
    return Spaces.strip(text);
  }

  private static String apply(List<Rule> rules, String text) {
    String result = text;
    for (Rule rule : rules) {
      result = rule.apply(result);
    }
    return result;
  }

  private static String separate(String text) {
    return JOINT.matcher(text).results().skip(MAX_JOINTS).findAny().isPresent()
        ? JOINT.matcher(text).replaceAll(" ")
        : text;
  }

  /** Decodes %20 and + ; bytes that are no UTF-8 become U+FFFD, other percent signs stay. */
  private static String decodeAddress(String text) {
    StringBuilder decoded = new StringBuilder(text.length());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int octet = c == '%' ? octet(text, i + 1) : -1;
      if (octet >= 0) {
        bytes.write(octet);
        i += 2;
        continue;
      }
      flush(bytes, decoded);
      decoded.append(c == '+' ? ' ' : c);
    }
    flush(bytes, decoded);
    return decoded.toString();
  }

  private static int octet(String text, int at) {
    int high = at + 1 < text.length() ? hex(text.charAt(at)) : -1;
    int low = high < 0 ? -1 : hex(text.charAt(at + 1));
    return low < 0 ? -1 : high << 4 | low;
  }

  private static int hex(char c) {
    return c < 0x80 ? Character.digit(c, 16) : -1;
  }

  private static void flush(ByteArrayOutputStream bytes, StringBuilder decoded) {
    if (bytes.size() > 0) {
      decoded.append(bytes.toString(StandardCharsets.UTF_8));
      bytes.reset();
    }
  }
}
