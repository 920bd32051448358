package io.harmonica.checkpoint.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HalfPrecisionTest {

  @ParameterizedTest
  @CsvSource({
    "0x0000, 0x0p0",
    "0x8000, -0x0p0",
    "0x0001, 0x1p-24",
    "0x03ff, 0x3ffp-24",
    "0x0400, 0x1p-14",
    "0x3c00, 0x1p0",
    "0x3555, 0x555p-12",
    "0xc000, -0x1p1",
    "0x7bff, 0x7ffp5"
  })
  void knownHalves(String half, String value) {
    short bits = (short) Integer.decode(half).intValue();
    float expected = Float.parseFloat(value);
    assertThat(HalfPrecision.fromHalf(bits)).isEqualTo(expected);
    assertThat(HalfPrecision.toHalf(expected)).isEqualTo(bits);
  }

  @Test
  void everyHalfAndBfloatSurvivesTheRoundTrip() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      short narrow = (short) bits;
      float half = HalfPrecision.fromHalf(narrow);
      float bfloat = HalfPrecision.fromBfloat(narrow);
      if (Float.isNaN(half)) {
        assertThat(HalfPrecision.fromHalf(HalfPrecision.toHalf(half))).isNaN();
      } else {
        assertThat(HalfPrecision.toHalf(half)).isEqualTo(narrow);
      }
      if (Float.isNaN(bfloat)) {
        assertThat(HalfPrecision.fromBfloat(HalfPrecision.toBfloat(bfloat))).isNaN();
      } else {
        assertThat(HalfPrecision.toBfloat(bfloat)).isEqualTo(narrow);
      }
    }
  }

  @Test
  void halfwayCasesGoToTheEvenNeighbour() {
    for (int bits = 0; bits < 0x7bff; bits++) {
      float low = HalfPrecision.fromHalf((short) bits);
      float high = HalfPrecision.fromHalf((short) (bits + 1));
      float middle = (low + high) / 2;
      assertThat((int) HalfPrecision.toHalf(middle)).isEqualTo((bits + 1) & ~1);
      assertThat((int) HalfPrecision.toHalf(Math.nextDown(middle))).isEqualTo(bits);
      assertThat((int) HalfPrecision.toHalf(Math.nextUp(middle))).isEqualTo(bits + 1);
    }
    assertThat(HalfPrecision.toHalf(65519.996f)).isEqualTo((short) 0x7bff);
    assertThat(HalfPrecision.toHalf(65520f)).isEqualTo((short) 0x7c00);
    assertThat(HalfPrecision.toHalf(Float.NEGATIVE_INFINITY)).isEqualTo((short) 0xfc00);
    assertThat(HalfPrecision.toHalf(Float.MIN_VALUE)).isZero();
  }

  @Test
  void bfloatRoundingPicksTheNearest() {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      float value = Float.intBitsToFloat(random.nextInt(0x7f000000));
      float rounded = HalfPrecision.fromBfloat(HalfPrecision.toBfloat(value));
      int below = Float.floatToIntBits(value) & 0xffff0000;
      float low = Float.intBitsToFloat(below);
      float high = Float.intBitsToFloat(below + 0x10000);
      BigDecimal up = exact(high).subtract(exact(value));
      BigDecimal down = exact(value).subtract(exact(low));
      int order = up.compareTo(down);
      boolean lowIsEven = (below & 0x10000) == 0;
      assertThat(rounded).isEqualTo(order > 0 || (order == 0 && lowIsEven) ? low : high);
    }
    assertThat(HalfPrecision.fromBfloat(HalfPrecision.toBfloat(Float.MAX_VALUE)))
        .isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(HalfPrecision.fromBfloat(HalfPrecision.toBfloat(Float.intBitsToFloat(0x7f800001))))
        .isNaN();
  }

  private static BigDecimal exact(float value) {
    return new BigDecimal(value);
  }
}
