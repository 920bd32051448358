package io.harmonica.checkpoint.tensor;

import java.util.Optional;

/**
 * The element types a checkpoint may store; the constants carry the names of the safetensors
 * format.
 */
public enum TensorType {
  /** IEEE 754 double precision. */
  F64(8),
  /** IEEE 754 single precision. */
  F32(4),
  /** IEEE 754 half precision. */
  F16(2),
  /** The upper half of a single: eight exponent bits, seven mantissa bits. */
  BF16(2),
  /** Signed 64-bit integer. */
  I64(8),
  /** Signed 32-bit integer. */
  I32(4),
  /** Signed 16-bit integer. */
  I16(2),
  /** Signed 8-bit integer. */
  I8(1),
  /** Unsigned 8-bit integer. */
  U8(1),
  /** One byte, 0 or 1. */
  BOOL(1);

  private final int bytes;

  TensorType(int bytes) {
    this.bytes = bytes;
  }

  /** {@return the size of one element: the number of bytes, 1 to 8} */
  public int bytes() {
    return bytes;
  }

  /** {@return whether the elements are floating-point numbers: F64, F32, F16 or BF16} */
  public boolean isFloating() {
    return switch (this) {
      case F64, F32, F16, BF16 -> true;
      default -> false;
    };
  }

  /**
   * Finds the type with a name as it stands in a safetensors header, such as {@code "BF16"}.
   *
   * @param name the name, in capitals
   * @return the type, or nothing when this library cannot read it
   */
  public static Optional<TensorType> parse(String name) {
    for (TensorType type : values()) {
      if (type.name().equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
