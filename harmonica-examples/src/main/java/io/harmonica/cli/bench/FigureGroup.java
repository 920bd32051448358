package io.harmonica.cli.bench;

import java.io.IOException;
import java.util.List;

/** Figures that are measured together, since they share what they compare. */
interface FigureGroup {

  /** {@return the names of what {@link #measure} finds, those of the targets first} */
  List<String> names();

  /**
   * Measures.
   *
   * @param bench where, how often and by which clock
   * @return the figures, in the order of the names
   * @throws IOException if a file or another process fails
   */
  List<Figure> measure(Workbench bench) throws IOException;
}
