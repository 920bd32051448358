package io.harmonica.cli.compare;

import io.harmonica.eval.CandidateResult;
import java.util.Optional;

/**
 * How an entrant came out of a comparison.
 *
 * @param entrant the entrant
 * @param result its speed and its samples' error
 * @param images what its images look like; empty where its samples are latents that nothing decodes
 */
public record Standing(Entrant entrant, CandidateResult result, Optional<ImageVerdict> images) {

  /**
   * Names the entrant.
   *
   * @return its candidate's name
   */
  public String name() {
    return result.candidate().name();
  }
}
