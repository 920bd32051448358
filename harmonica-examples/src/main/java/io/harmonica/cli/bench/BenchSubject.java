package io.harmonica.cli.bench;

import ai.djl.ndarray.NDManager;
import io.harmonica.kernel.Precision;
import io.harmonica.pipeline.ClassModel;
import java.io.IOException;

/**
 * A model to measure on, of whatever family.
 *
 * @param <M> the model's kind, where a figure needs one
 */
@FunctionalInterface
public interface BenchSubject<M extends ClassModel> {

  /**
   * Brings the model into memory.
   *
   * @param manager owns the weights
   * @param precision what matrices are multiplied in
   * @return the model; the caller closes it
   * @throws IOException if its file is missing or damaged
   */
  M open(NDManager manager, Precision precision) throws IOException;
}
