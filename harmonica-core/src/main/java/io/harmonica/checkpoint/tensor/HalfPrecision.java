package io.harmonica.checkpoint.tensor;

/** Conversions between float and the two 16-bit formats; JDK 17 has none of its own. */
public final class HalfPrecision {

  private static final int INFINITY = 0x7f800000;

  /** 65520, from which on a float is nearer to 2^16 than to the largest half. */
  private static final int HALF_OVERFLOW = 0x477ff000;

  /** 2^-14, the smallest normal half. */
  private static final int HALF_MIN_NORMAL = 0x38800000;

  /** What the exponent field of a half is short of that of the same float: 127 - 15. */
  private static final int REBIAS = 112;

  private HalfPrecision() {}

  static float fromHalf(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >>> 10) & 0x1f;
    int mantissa = half & 0x3ff;
    if (exponent == 0x1f) {
      return Float.intBitsToFloat(sign | INFINITY | (mantissa << 13));
    }
    if (exponent == 0) {
      return Float.intBitsToFloat(sign | Float.floatToRawIntBits(mantissa * 0x1p-24f));
    }
    return Float.intBitsToFloat(sign | ((exponent + REBIAS) << 23) | (mantissa << 13));
  }

  static void fromHalf(short[] halves, float[] values) {
    for (int i = 0; i < halves.length; i++) {
      values[i] = fromHalf(halves[i]);
    }
  }

  /** Rounds to the nearest half, ties to the even one. */
  static short toHalf(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7fffffff;
    if (magnitude > INFINITY) {
      return (short) (sign | 0x7e00 | ((magnitude >>> 13) & 0x3ff));
    }
    if (magnitude >= HALF_OVERFLOW) {
      return (short) (sign | 0x7c00);
    }
    if (magnitude < HALF_MIN_NORMAL) {
      return (short) (sign | (int) Math.rint(Math.abs(value) * 0x1p24f));
    }
    int rebiased = magnitude - (REBIAS << 23);
    return (short) (sign | ((rebiased + 0xfff + ((rebiased >>> 13) & 1)) >>> 13));
  }

  static float fromBfloat(short bfloat) {
    return Float.intBitsToFloat(bfloat << 16);
  }

  static void fromBfloat(short[] bfloats, float[] values) {
    for (int i = 0; i < bfloats.length; i++) {
      values[i] = fromBfloat(bfloats[i]);
    }
  }

  /** Rounds to the nearest bfloat16, ties to the even one. */
  static short toBfloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }
}
