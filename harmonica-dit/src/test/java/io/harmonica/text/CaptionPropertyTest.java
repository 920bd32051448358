package io.harmonica.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.harmonica.dit.Goldens;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;

/** Whatever the text, it can be cleaned and cut into tokens. */
final class CaptionPropertyTest {
  private static final CaptionTokenizer TOKENIZER = open();

  private static CaptionTokenizer open() {
    try {
      return CaptionTokenizer.open(Goldens.folder("pixart-tiny"));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterContainer
  static void close() {
    TOKENIZER.close();
  }

  @Property(tries = 500)
  void anyTextHasTokens(@ForAll("texts") String text) {
    for (CaptionCleaner cleaner : List.of(CaptionCleaner.PLAIN, CaptionCleaner.RULES)) {
      String clean = cleaner.clean(text);
      assertThat(clean).isEqualTo(Spaces.strip(clean));
      CaptionTokens tokens = TOKENIZER.tokenize(clean, 20);
      int[] ids = tokens.ids();
      assertThat(ids).hasSize(20);
      assertThat(ids[tokens.length() - 1]).isEqualTo(1);
      assertThat(Arrays.stream(ids, 0, tokens.length() - 1)).allMatch(id -> id > 1 && id < 67);
      assertThat(Arrays.stream(ids, tokens.length(), 20)).allMatch(id -> id == 0);
    }
  }

  /** All of UTF-16, lone halves of surrogate pairs and control characters among it. */
  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> any = Arbitraries.strings().all().ofMaxLength(60);
    Arbitrary<String> halves =
        Arbitraries.strings()
            .withCharRange('\ud800', '\udfff')
            .withChars("a%<&\u0000")
            .ofMaxLength(20);
    Arbitrary<String> parts =
        Arbitraries.of(
                "a bird",
                "%",
                "%41",
                "<b",
                ">",
                "&#x1F600;",
                "&#1114112;",
                "&#xD800;",
                "\u0000",
                "\ud83d\ude00",
                "\ud83d",
                "\n",
                "-_-",
                "$1",
                "\\",
                "http://",
                ".com",
                "\"",
                "12x3")
            .list()
            .ofMaxSize(12)
            .map(list -> String.join("", list));
    return Arbitraries.oneOf(any, halves, parts);
  }
}
