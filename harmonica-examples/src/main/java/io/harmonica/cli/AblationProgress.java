package io.harmonica.cli;

import io.harmonica.cli.ablation.Ablation;
import io.harmonica.cli.recipe.Recipe;

/** Shows an ablation: one training after the other, then the comparison. */
final class AblationProgress implements Ablation.Listener, AutoCloseable {
  private final int samples;
  private TrainingProgressBar training;
  private Progress sampling;

  AblationProgress(int samples) {
    this.samples = samples;
  }

  @Override
  public Recipe.Listener training(String name) {
    close();
    System.err.println("training " + name);
    training = new TrainingProgressBar();
    return training;
  }

  @Override
  public void trained(String name) {
    System.err.println("trained " + name);
  }

  @Override
  public void comparing() {
    close();
    sampling = new Progress("sampling", samples);
  }

  @Override
  public void afterBatch(int done) {
    sampling.to(done, "of each");
  }

  @Override
  public void close() {
    if (training != null) {
      training.close();
      training = null;
    }
    if (sampling != null) {
      sampling.close();
      sampling = null;
    }
  }
}
