package io.harmonica.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules, one example or more for each, and what they must leave alone. */
final class CaptionCleanerTest {

  @Test
  void plainIsLowerCaseWithoutSpaceAround() {
    assertThat(CaptionCleaner.PLAIN.clean(" \u00a0\tA  Red BIRD, 4k #1\n "))
        .isEqualTo("a  red bird, 4k #1");
    assertThat(CaptionCleaner.PLAIN.clean("\u3000\u2003")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a small cactus with a happy face in the sahara desert.",
        "an oil painting, 35 mm, golden hour: fog over hills",
        "it's a cat (not",
        "3.14 is not pi",
        "well-known half-timbered house"
      })
  void leavesOrdinaryCaptionsAlone(String caption) {
    String expected = caption.replace("(", "").replace("  ", " ");
    assertThat(CaptionCleaner.RULES.clean(caption)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '$',
      value = {
        // Decoding and case.
        "a%20red+bird, a red bird",
        "100% Wool, 100% wool",
        "caf%C3%A9, caf\u00e9",
        "<person> with a hat, person with a hat",
        // Addresses, markup, references, names, Chinese.
        "see http://example.com/page for more, see for more",
        "art of www.site.org/some-thing/ here, art of here",
        "mail@host.net, mail",
        "go to ..site.org and -a.b.com now, go to and - now",
        "<b>bold</b> and <br/>plain, bold and plain",
        "<!-- hidden -->shown, shown",
        "shown <!-- hidden, shown",
        "1 < 2, 1 < 2",
        "salt &amp; pepper, salt pepper",
        "&lt;3 you, <3 you",
        "&#65;BC, abc",
        "photo by @someone_1 today, photo by today",
        "tea \u8336 pot, tea pot",
        // Dashes and quotation marks.
        "one \u2014 two, one - two",
        "the \u201cbest\u201d, $the \"best\"$",
        "it\u2019s, it's",
        "$\"\"\"wow\"\"\" now$, $\"wow\" now$",
        // Numbers, files, signs.
        "server 10.0.0.1 room, server room",
        "at noon 12:34  , $at noon 12:34$",
        "line\\nbreak, line break",
        "cat #12, cat",
        "cat #12345, cat",
        "id 1234567 cat, id cat",
        "see img_01.final.jpg now, see now",
        "wait... what, wait what",
        "***sale*** [now] {a|b} c/d \u2122, sale now a b c d",
        "this-is-my-cute-cat, this is my cute cat",
        // Words.
        "model jc6640 shoe, model shoe",
        "model abcd12xyz shoe, model shoe",
        "model 66vc231 shoe, model shoe",
        "code a1b2c3 end, code end",
        "lamp worldwide free shipping, lamp",
        "free download wallpaper, wallpaper",
        "click here for cats, click here for cats",
        "click for details cats, cats",
        "tree png images, tree",
        "from page 12 on, from on",
        "a 640x480 screen, a screen",
        "title : words, title: words",
        "$one,two$, $one, two$",
        // Ends.
        "$'quoted words'$, quoted words",
        "_start and end-, start and end",
      })
  void followsTheRules(String caption, String expected) {
    assertThat(CaptionCleaner.RULES.clean(caption)).isEqualTo(expected);
  }

  @Test
  void theSecondPassSeesWhatTheFirstUncovers() {
    String once = CaptionRules.apply("%2523");
    assertThat(once).isEqualTo("%23");
    assertThat(CaptionCleaner.RULES.clean("%2523")).isEmpty();
  }

  /** Each would take minutes if a rule went over the text once for every place in it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        " ",
        "a",
        "1",
        ".",
        "a.",
        "a1",
        "1a",
        "-",
        "'",
        "<a",
        "</",
        "&",
        "%41",
        "%ff",
        "#1",
        "@a",
        "free ",
        "a.com",
        "a.com/",
        "x.png",
        "1x",
        "1.",
        " .",
        " :",
        "<!--",
        "\u0301",
        "\ud83d",
        "\u3000",
        "\\n",
        "1:23 ",
        "page 1",
        "download "
      })
  void takesTimeProportionalToTheText(String part) {
    String caption = part.repeat(40_000 / part.length());
    for (String end : new String[] {"\u00e9", "@"}) {
      assertTimeout(Duration.ofSeconds(30), () -> CaptionCleaner.RULES.clean(caption + end));
    }
  }
}
