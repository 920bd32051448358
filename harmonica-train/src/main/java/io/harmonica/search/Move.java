package io.harmonica.search;

import io.harmonica.plan.Cell;

/**
 * One change of a draft: how a cell shall be made.
 *
 * @param cell the cell, not of step 0
 * @param choice {@link #COMPUTE}, or the Taylor order of its forecast
 */
record Move(Cell cell, int choice) {
  /** The choice of a cell that is computed. */
  static final int COMPUTE = -1;

  /** The highest order that a search begins with. */
  static final int MOST_ORDER = 3;
}
