package io.harmonica.kernel;

import java.util.Locale;

/**
 * The type in which a model multiplies its matrices; what goes between its layers stays float32.
 */
public enum Precision {
  /** Single precision: exact to seven digits, and what every checkpoint can be read as. */
  FLOAT32,
  /**
   * The upper half of a single: its range, three digits. Half the memory, and several times faster
   * on processors that multiply it, such as those with AVX512-BF16 or AMX.
   */
  BFLOAT16,
  /** Half precision: four digits and a small range. Meant for GPUs; processors are slow at it. */
  FLOAT16;

  /** {@return the name as users write it, such as {@code bfloat16}} */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
