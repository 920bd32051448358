package io.harmonica.cli;

import io.harmonica.diffusion.Samplers;
import java.util.ArrayList;

/** What {@code --sampler} takes. */
final class SamplerNames extends ArrayList<String> {
  private static final long serialVersionUID = 1;

  SamplerNames() {
    super(Samplers.names());
  }
}
