package io.harmonica.cli.papertable;

import io.harmonica.cli.recipe.Recipe;

/** Watches a table as it is made. */
public interface TableListener {
  /** Watches nothing. */
  TableListener NONE = new TableListener() {};

  /**
   * Called when a long part begins.
   *
   * @param what the study, the row and the part
   */
  default void begins(String what) {}

  /**
   * Called when images are safe.
   *
   * @param finished how many of the row, those of earlier runs included
   * @param count all images of the row
   */
  default void sampled(int finished, int count) {}

  /**
   * Called when a row is finished or was found.
   *
   * @param study the study
   * @param row the row
   */
  default void row(PaperStudy study, PaperRow row) {}

  /**
   * Called before a training.
   *
   * @param name the router's name
   * @return watches it
   */
  default Recipe.Listener training(String name) {
    return Recipe.Listener.NONE;
  }
}
