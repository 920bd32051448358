package io.harmonica.plan;

/**
 * What something learned or measured belongs to. Text that is empty is unknown and matches
 * everything.
 *
 * @param model name of the model, for messages
 * @param modelHash SHA-256 of the model's weights in hexadecimal
 * @param sampler the sampler's name
 */
public record ModelFit(String model, String modelHash, String sampler) {

  /**
   * Refuses a run of another model or sampler.
   *
   * @param made what was made for this and how, for example {@code the router was trained}
   * @param run what is to be run
   * @throws IllegalArgumentException if model or sampler differ; the message names both values
   */
  public void require(String made, ModelFit run) {
    if (!modelHash.isEmpty() && !run.modelHash.isEmpty() && !modelHash.equals(run.modelHash)) {
      throw new IllegalArgumentException(
          "%s for the model %s (SHA-256 %s), this run has %s (%s)"
              .formatted(made, model, brief(modelHash), run.model, brief(run.modelHash)));
    }
    if (!sampler.isEmpty() && !run.sampler.isEmpty() && !sampler.equals(run.sampler)) {
      throw new IllegalArgumentException(
          "%s for the sampler %s, this run has %s; sample with %s"
              .formatted(made, sampler, run.sampler, sampler));
    }
  }

  private static String brief(String hash) {
    return hash.length() > 12 ? hash.substring(0, 12) + "..." : hash;
  }
}
