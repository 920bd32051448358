package io.harmonica.cli;

import io.harmonica.pipeline.DiffusionPipeline;
import java.util.ArrayList;

/** What {@code --family} takes. */
final class FamilyNames extends ArrayList<String> {
  private static final long serialVersionUID = 1;

  FamilyNames() {
    super(DiffusionPipeline.families());
  }
}
