package io.harmonica.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PrecisionRecallTest {

  @Test
  void oneDimensionByHand() {
    // Nearest neighbours of 0, 1, 3, 10 lie at 1, 1, 2, 7: balls [-1,1] [0,2] [1,5] [3,17].
    float[][] real = {{0}, {1}, {3}, {10}};
    // Of 4.5, 5, 20, 30 at 0.5, 0.5, 10, 10: balls [4,5] [4.5,5.5] [10,30] [20,40].
    float[][] generated = {{4.5f}, {5}, {20}, {30}};

    PrecisionRecall result = PrecisionRecall.of(real, generated, 1);

    assertThat(result.precision()).isEqualTo(0.5); // 4.5 and 5, the latter within [3,17]
    assertThat(result.recall()).isEqualTo(0.25); // 10, on the surface of [10,30]
  }

  @Test
  void moreNeighboursReachFurther() {
    float[][] real = {{0}, {1}, {2}, {3}};
    float[][] generated = {{5}, {6}, {7}, {8}};
    assertThat(PrecisionRecall.of(real, generated, 1)).isEqualTo(new PrecisionRecall(0, 0));
    // With k = 3, the ball of 3 reaches to 6, that of 2 to 4, that of 0 to 3.
    assertThat(PrecisionRecall.of(real, generated)).isEqualTo(new PrecisionRecall(0.5, 0.5));
  }

  @Test
  void collapsedModelIsPreciseButRecallsLittle() {
    float[][] real = new float[20][2];
    for (int i = 0; i < 20; i++) {
      real[i] = new float[] {i % 5, Math.floorDiv(i, 5)};
    }
    float[][] collapsed = new float[8][2];
    for (int i = 0; i < 8; i++) {
      collapsed[i] = new float[] {2 + i * 0.001f, 2};
    }
    PrecisionRecall result = PrecisionRecall.of(real, collapsed);
    assertThat(result.precision()).isEqualTo(1);
    assertThat(result.recall()).isEqualTo(0.05);
  }

  @Test
  void equalSetsCoverEachOther() {
    float[][] set = {{0, 0}, {0, 1}, {4, 0}, {9, 9}};
    assertThat(PrecisionRecall.of(set, set)).isEqualTo(new PrecisionRecall(1, 1));
  }

  @Test
  void refusesSetsItCannotJudge() {
    float[][] four = {{0}, {1}, {2}, {3}};
    float[][] three = {{0}, {1}, {2}};
    assertThatThrownBy(() -> PrecisionRecall.of(three, four))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("real: 3 vectors are too few for 3 neighbours");
    assertThatThrownBy(() -> PrecisionRecall.of(four, four, 0)).hasMessageContaining("neighbours");
    assertThatThrownBy(() -> PrecisionRecall.of(four, new float[4][2]))
        .hasMessage("real vectors have length 1, generated ones 2");
  }
}
