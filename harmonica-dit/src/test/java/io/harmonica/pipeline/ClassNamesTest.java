package io.harmonica.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClassNamesTest {
  private static ClassNames imageNet() throws IOException {
    return ClassNames.imageNet();
  }

  @ParameterizedTest
  @CsvSource({
    "0,tench",
    "1,goldfish",
    "88,macaw",
    "207,golden retriever",
    "250,Siberian husky",
    "360,otter",
    "387,lesser panda",
    "417,balloon",
    "503,cocktail shaker",
    "629,lipstick",
    "776,sax",
    "852,tennis ball",
    "933,cheeseburger",
    "974,geyser",
    "979,valley",
    "980,volcano",
    "999,toilet tissue"
  })
  void imageNetsOrderIsThatOfItsLabels(int label, String name) throws IOException {
    assertThat(imageNet().name(label)).isEqualTo(name);
    assertThat(imageNet().labels(name)).containsExactly(label);
  }

  @Test
  void everyClassHasANameOfItsOwn() throws IOException {
    ClassNames names = imageNet();
    List<String> first = IntStream.range(0, 1000).mapToObj(names::name).toList();
    assertThat(first).hasSize(1000).doesNotContain("");
    assertThat(names.name(1000)).isEqualTo("label 1000");
    int[] several = IntStream.range(0, 1000).filter(i -> !finds(names, first.get(i), i)).toArray();
    // crane and crane, the corgi and the cardigan, maillot and maillot
    assertThat(several).containsExactly(134, 264, 474, 517, 638, 639);
    assertThat(
            names.labels(
                "crane bird,Cardigan Welsh corgi,knitted jacket,construction crane,ballet tights,"
                    + "tank suit"))
        .containsExactly(several);
  }

  private static boolean finds(ClassNames names, String name, int label) {
    try {
      return names.labels(name)[0] == label;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Test
  void numbersNamesAndSynonymsMix() throws IOException {
    assertThat(imageNet().labels("360, GOLDEN Retriever,golden-retriever ,toilet_paper,7"))
        .containsExactly(360, 207, 207, 999, 7);
    // A class's first name goes before another one's synonym.
    assertThat(imageNet().labels("partridge,harp,missile")).containsExactly(86, 594, 657);
  }

  @Test
  void whatIsNotClearNamesTheCandidates() throws IOException {
    ClassNames names = imageNet();
    assertThatThrownBy(() -> names.labels("1,crane"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "\"crane\" is the name of several", "134 (crane, crane bird), 517");
    assertThatThrownBy(() -> names.labels("panther")).hasMessageContainingAll("286 (", "290 (");
    assertThatThrownBy(() -> names.labels("retriever"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("no class \"retriever\"", "207 (golden retriever)", "208 (Lab");
    assertThatThrownBy(() -> names.labels("goldn retreiver"))
        .hasMessageContaining("nearest: 207 (golden retriever)");
    assertThatThrownBy(() -> names.labels("qqqqqqq"))
        .hasMessage(
            "there is no class \"qqqqqqq\"; give a name of the model's classes or a number from 0"
                + " to 999");
    assertThatThrownBy(() -> names.labels("1,,2")).hasMessageContaining("no class \"\"");
    assertThatThrownBy(() -> names.labels("99999999999")).hasMessageContaining("out of range");
  }

  @Test
  void filesAreNamedByNumberAndName() throws IOException {
    assertThat(imageNet().fileName(607)).isEqualTo("607-jack-o-lantern");
    assertThat(ClassNames.none(4).fileName(3)).isEqualTo("label3");
  }

  @Test
  void classesWithoutNamesHaveNumbers() {
    ClassNames none = ClassNames.none(4);
    assertThat(none.labels("3,0")).containsExactly(3, 0);
    assertThat(none.name(3)).isEqualTo("label 3");
    assertThatThrownBy(() -> none.labels("cat"))
        .hasMessageContainingAll("\"cat\"", "numbers from 0 to 3");
  }
}
