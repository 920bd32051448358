package io.harmonica.checkpoint.numpy;

/** A type of elements. */
public enum NpyType {
  /** Unsigned bytes. */
  UINT8("|u1", 1),

  /** Signed, 64 bits, little-endian. */
  INT64("<i8", Long.BYTES),

  /** Single precision, little-endian. */
  FLOAT32("<f4", Float.BYTES),

  /** Double precision, little-endian. */
  FLOAT64("<f8", Double.BYTES);

  private final String code;
  private final int bytes;

  NpyType(String code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** {@return what NumPy calls it} */
  public String code() {
    return code;
  }

  /** {@return the bytes of an element} */
  public int bytes() {
    return bytes;
  }
}
