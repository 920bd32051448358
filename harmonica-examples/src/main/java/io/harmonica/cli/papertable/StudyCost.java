package io.harmonica.cli.papertable;

import io.harmonica.plan.ComputeCost;
import io.harmonica.train.RouterTrainerConfig;

/**
 * What a study costs in multiply-accumulate operations (MACs), before it is run. Guided models run
 * twice for an image and step.
 *
 * @param study the study
 * @param forward what a forward pass of one sample costs
 * @param decoder MACs of decoding an image
 */
public record StudyCost(PaperStudy study, ComputeCost forward, long decoder) {
  /** The network of FID, for an image of 299 x 299. */
  private static final double INCEPTION = 5.7e9;

  /** Teacher, student, and its way back, which takes as long as two. */
  private static final int FORWARDS_OF_A_TRAINING_STEP = 4;

  /** Guided passes of a search: its exchange and two rounds with 6000 each, and its starts. */
  private static final int SEARCH_PASSES = 20_000;

  private static final int SEARCH_SAMPLES = 16;

  /** {@return MACs of sampling all five rows with the paper's number of images} */
  public double sampling() {
    double rows = 1 + (Contender.values().length - 1) * study.goal().left();
    return rows * study.images() * study.steps() * guided();
  }

  /** {@return MACs of decoding and judging the images of all five rows} */
  public double judging() {
    return (double) Contender.values().length * study.images() * (decoder + INCEPTION);
  }

  /** {@return MACs of the published training, with its measurements of the image error} */
  public double publishedTraining() {
    RouterTrainerConfig config = Trainings.usual().published().apply(study.steps());
    int steps = study.steps();
    double trained = (double) config.trajectories() * (steps - 1);
    double passes = trained * FORWARDS_OF_A_TRAINING_STEP + config.trajectories();
    // Runs that differ in one row share the steps before it.
    double measured = Math.ceil(trained / config.refreshSteps()) * steps * (steps + 1) / 2;
    return config.batch() * (passes + measured) * guided();
  }

  /** {@return MACs of the harmonized search at most} */
  public double searching() {
    return (double) SEARCH_PASSES * SEARCH_SAMPLES * guided();
  }

  private double guided() {
    return 2.0 * forward.full();
  }
}
