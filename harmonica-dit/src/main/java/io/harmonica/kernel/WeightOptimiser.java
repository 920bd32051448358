package io.harmonica.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Trains the weights of a model themselves: Adam (Kingma and Ba, 2015; beta 0.9 and 0.999, epsilon
 * 1e-8) and an exponential moving average of the weights, which is what one keeps. Its whole state
 * can be saved and restored, so that an interrupted training goes on exactly.
 */
public final class WeightOptimiser implements AutoCloseable {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;

  private final NDManager manager;
  private final TorchKernels kernels;
  private final double averaging;
  private final Map<String, NDArray> weights;
  private final Map<String, NDArray> first;
  private final Map<String, NDArray> second;
  private final Map<String, NDArray> average;
  private long steps;

  /**
   * Starts with zero moments and makes the weights collect gradients.
   *
   * @param parent the manager under which the state lives
   * @param weights the tensors to train by name; they stay with their owner
   * @param averaging how much of the average is kept at each step, for example 0.999; less in the
   *     first steps
   */
  public WeightOptimiser(NDManager parent, Map<String, NDArray> weights, double averaging) {
    this.manager = parent.newSubManager();
    this.kernels =
        TorchKernels.compile(
            manager, TorchKernels.class, "optimiser.py", "OptimiserKernels", Map.of());
    this.averaging = averaging;
    this.weights = new LinkedHashMap<>(weights);
    this.first = new LinkedHashMap<>();
    this.second = new LinkedHashMap<>();
    this.average = new LinkedHashMap<>();
    weights.forEach(
        (name, weight) -> {
          first.put(name, manager.zeros(weight.getShape()));
          second.put(name, manager.zeros(weight.getShape()));
          NDArray copy = weight.duplicate();
          copy.attach(manager);
          average.put(name, copy);
          weight.setRequiresGradient(true);
        });
  }

  /**
   * Takes one step along the collected gradients and clears them.
   *
   * @param learningRate the rate
   */
  public void step(double learningRate) {
    steps++;
    double kept = Math.min(averaging, (1.0 + steps) / (10.0 + steps));
    float[] rates = {
      (float) (learningRate / (1 - Math.pow(BETA1, (double) steps))),
      (float) (1 / (1 - Math.pow(BETA2, (double) steps))),
      (float) (1 - kept)
    };
    try (NDManager scope = manager.newSubManager()) {
      NDArray rate = scope.create(rates);
      weights.forEach(
          (name, weight) -> {
            try (NDArray gradient = weight.getGradient()) {
              NDArray same =
                  kernels.call(
                      "step",
                      weight,
                      gradient,
                      first.get(name),
                      second.get(name),
                      average.get(name),
                      rate);
              same.close();
            }
          });
    }
  }

  /** Forgets the collected gradients without taking a step. */
  public void clear() {
    for (NDArray weight : weights.values()) {
      try (NDArray gradient = weight.getGradient()) {
        kernels.call("clear", gradient).close();
      }
    }
  }

  /** {@return the number of steps taken} */
  public long steps() {
    return steps;
  }

  /**
   * {@return the moving average of the weights: the tensors by name, in the weights' order; this
   * object keeps owning them}
   */
  public Map<String, NDArray> average() {
    return Collections.unmodifiableMap(average);
  }

  /**
   * {@return everything that {@link #restore} needs beside the number of steps: the tensors, named
   * {@code weight.NAME}, {@code first.NAME}, {@code second.NAME} and {@code average.NAME}; this
   * object keeps owning them}
   */
  public Map<String, NDArray> state() {
    Map<String, NDArray> state = new LinkedHashMap<>();
    weights.forEach((name, array) -> state.put("weight." + name, array));
    first.forEach((name, array) -> state.put("first." + name, array));
    second.forEach((name, array) -> state.put("second." + name, array));
    average.forEach((name, array) -> state.put("average." + name, array));
    return state;
  }

  /**
   * Goes back to a saved state.
   *
   * @param takenSteps the number of steps when it was saved
   * @param saved gives a tensor of {@link #state()} by its name
   * @param <E> what reading a tensor may throw
   * @throws E if a tensor cannot be read
   */
  public <E extends Exception> void restore(long takenSteps, Saved<E> saved) throws E {
    for (Map.Entry<String, NDArray> entry : state().entrySet()) {
      NDArray target = entry.getValue();
      try (NDManager scope = manager.newSubManager()) {
        // NDArray.set would swap the storage under the weights for a buffer that nobody keeps.
        NDArray values = scope.create(saved.read(entry.getKey()), target.getShape());
        kernels.call("fill", target, values).close();
      }
    }
    steps = takenSteps;
  }

  /**
   * Gives the values of a saved tensor.
   *
   * @param <E> what reading may throw
   */
  @FunctionalInterface
  public interface Saved<E extends Exception> {
    /**
     * Reads a tensor.
     *
     * @param name its name in {@link #state()}
     * @return its values in row-major order
     * @throws E if it cannot be read
     */
    float[] read(String name) throws E;
  }

  /** Frees the moments and the average. */
  @Override
  public void close() {
    manager.close();
    kernels.close();
  }
}
