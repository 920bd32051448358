package io.harmonica.diffusion;

/** What all samplers are made with: a name, times, and whether the predicted x_0 is clipped. */
abstract class AbstractSampler implements Sampler {
  final StepSchedule schedule;
  final boolean clip;
  private final String name;

  /**
   * Creates a sampler.
   *
   * @param name as the command line writes it
   * @param schedule the times
   * @param clip whether to clip the predicted x_0 to [-1, 1]
   */
  AbstractSampler(String name, StepSchedule schedule, boolean clip) {
    this.name = name;
    this.schedule = schedule;
    this.clip = clip;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final StepSchedule schedule() {
    return schedule;
  }
}
