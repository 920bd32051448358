package io.harmonica.work;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.SamplingSetup;

/** A bench with a model that is open, and how it is to run. */
public interface ModelBench extends AutoCloseable {

  /** {@return the run; its model is the bench's} */
  SamplingSetup setup();

  /** {@return the manager under which pieces work; they free what they make} */
  NDManager manager();

  /** Closes the model, if it is the bench's own. */
  @Override
  void close();

  /**
   * Makes a bench of a model that somebody else closes.
   *
   * @param setup the run
   * @param manager the manager under which pieces work
   * @return the bench
   */
  static ModelBench of(SamplingSetup setup, NDManager manager) {
    return new Borrowed(setup, manager);
  }

  /**
   * A bench of somebody else's model.
   *
   * @param setup the run
   * @param manager the manager under which pieces work
   */
  record Borrowed(SamplingSetup setup, NDManager manager) implements ModelBench {
    @Override
    public void close() {
      // Somebody else closes the model.
    }
  }
}
