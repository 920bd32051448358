package io.harmonica.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AgreementTest {

  @Test
  void countsMatchingLabels() {
    Agreement agreement = Agreement.of(new int[] {0, 1, 2, 9}, new int[] {0, 1, 2, 3}, 5);
    assertThat(agreement.share()).isEqualTo(0.75);
    assertThat(agreement.count()).isEqualTo(4);
    assertThat(agreement.interval().contains(0.75)).isTrue();
    assertThat(agreement.interval().contains(0.1)).isFalse();
  }

  @Test
  void allOrNothingLeavesNoDoubt() {
    int[] labels = {4, 5, 6};
    assertThat(Agreement.of(labels, labels, 1).interval()).isEqualTo(new Interval(1, 1));
    assertThat(Agreement.of(labels, new int[3], 1).share()).isZero();
  }

  @Test
  void moreImagesNarrowTheInterval() {
    assertThat(halfRight(1000).interval().width()).isLessThan(halfRight(50).interval().width() / 3);
  }

  @Test
  void refusesListsOfDifferentLength() {
    assertThatThrownBy(() -> Agreement.of(new int[2], new int[3], 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("2 predicted labels for 3 asked ones");
    assertThatThrownBy(() -> Agreement.of(new int[0], new int[0], 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Agreement halfRight(int count) {
    int[] predicted = new int[count];
    for (int i = 0; i < count; i += 2) {
      predicted[i] = 1;
    }
    return Agreement.of(predicted, new int[count], 2);
  }
}
