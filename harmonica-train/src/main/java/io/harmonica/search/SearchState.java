package io.harmonica.search;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.Cell;
import io.harmonica.plan.Forecast;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where a search is, and how it is kept in a safetensors file.
 *
 * @param draft the best draft so far; of learned weights, those in force, which alone are kept
 * @param stage {@link #STARTED} before step-wise training, then how many stages are done: learning
 *     weights and refinement take turns, learning first
 * @param learning the weights in training, if that is what is going on
 */
record SearchState(Draft draft, int stage, Optional<ForecastWeights.State> learning) {
  /** The stage of a search that has chosen its start. */
  static final int STARTED = -1;

  private static final String FORMAT = "harmonica-search/3";
  private static final String TRAINED = "trained_";
  private static final String CHOICES = "choices";
  private static final String WEIGHTS = "weights";
  private static final String LEARNED = "learned";

  SearchState {
    draft = draft.settled();
  }

  /** The state after the starts. */
  static SearchState started(Draft draft) {
    return new SearchState(draft, STARTED, Optional.empty());
  }

  void write(Path file, String fingerprint) throws IOException {
    CachePlan plan = draft.plan();
    int cells = plan.steps() * plan.branches();
    float[] choices = new float[cells];
    float[] learned = new float[cells];
    float[] weights = new float[cells * 2 * Forecast.MOST_TERMS];
    for (int i = 0; i < cells; i++) {
      Cell cell = new Cell(i / plan.branches(), i % plan.branches());
      // Of a computed cell the order is kept too: it is what it becomes if it changes sides.
      choices[i] = draft.order(cell) + (plan.computes(cell) ? Forecast.MOST_TERMS : 0);
      if (!plan.computes(cell) && draft.isLearned(cell)) {
        Forecast forecast = plan.forecast(cell.step(), cell.branch());
        learned[i] = 1;
        for (int half = 0; half < 2; half++) {
          for (int term = 0; term < forecast.terms(); term++) {
            weights[(2 * i + half) * Forecast.MOST_TERMS + term] = forecast.weight(half, term);
          }
        }
      }
    }
    Shape shape = new Shape(plan.steps(), plan.branches());
    Shape all = shape.add(2).add(Forecast.MOST_TERMS);
    SafetensorsWriter writer =
        new SafetensorsWriter()
            .metadata("format", FORMAT)
            .metadata("fingerprint", fingerprint)
            .metadata("stage", Integer.toString(stage))
            .put(CHOICES, shape, choices)
            .put(LEARNED, shape, learned)
            .put(WEIGHTS, all, weights);
    learning.ifPresent(
        state ->
            writer
                .metadata("updates", Integer.toString(state.updates()))
                .put(TRAINED + "weights", all, state.weights())
                .put(TRAINED + "first", all, state.first())
                .put(TRAINED + "second", all, state.second()));
    writer.write(file);
  }

  static SearchState read(Path path, String fingerprint) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      Map<String, String> metadata = file.metadata();
      if (!FORMAT.equals(metadata.get("format"))) {
        throw new IllegalArgumentException(
            path + " is no " + FORMAT + " file; give the checkpoint that a search wrote");
      }
      if (!fingerprint.equals(metadata.get("fingerprint"))) {
        throw new IllegalArgumentException(
            "%s was saved with %s, this search has %s; give the same settings or do not resume"
                .formatted(path, metadata.get("fingerprint"), fingerprint));
      }
      Shape shape = file.info(CHOICES).shape();
      if (shape.dimension() != 2
          || !file.info(LEARNED).shape().equals(shape)
          || !file.info(WEIGHTS).shape().equals(shape.add(2).add(Forecast.MOST_TERMS))) {
        throw damaged(path, "its tensors do not fit together", null);
      }
      return new SearchState(
          sound(file, shape), Integer.parseInt(metadata.get("stage")), learning(file, shape));
    } catch (IllegalStateException | NumberFormatException e) {
      throw damaged(path, "its metadata is damaged", e);
    }
  }

  private static Optional<ForecastWeights.State> learning(SafetensorsFile file, Shape shape)
      throws IOException {
    String updates = file.metadata().get("updates");
    if (updates == null) {
      return Optional.empty();
    }
    return Optional.of(
        new ForecastWeights.State(
            Integer.parseInt(updates),
            trained(file, "weights", shape),
            trained(file, "first", shape),
            trained(file, "second", shape)));
  }

  private static float[] trained(SafetensorsFile file, String name, Shape shape)
      throws IOException {
    float[] values = file.readFloats(TRAINED + name);
    if (values.length != shape.size() * ForecastWeights.VALUES) {
      throw damaged(file.path(), "tensor " + TRAINED + name + " has another size", null);
    }
    return values;
  }

  private static Draft sound(SafetensorsFile file, Shape shape) throws IOException {
    try {
      return draft(file, shape);
    } catch (IllegalArgumentException e) {
      // Weights that are no numbers, or that take more outputs than there are.
      throw damaged(file.path(), e.getMessage(), e);
    }
  }

  private static Draft draft(SafetensorsFile file, Shape shape) throws IOException {
    int steps = (int) shape.get(0);
    int branches = (int) shape.get(1);
    float[] choices = file.readFloats(CHOICES);
    float[] learned = file.readFloats(LEARNED);
    float[] weights = file.readFloats(WEIGHTS);
    byte[][] orders = new byte[steps][branches];
    Map<Cell, Forecast> forecasts = new HashMap<>();
    for (int i = 0; i < choices.length; i++) {
      Cell cell = new Cell(i / branches, i % branches);
      int order = (int) choices[i] % Forecast.MOST_TERMS;
      if (order < 0) {
        throw damaged(file.path(), "cell " + cell + " has the choice " + choices[i], null);
      }
      orders[cell.step()][cell.branch()] = (byte) order;
      if (learned[i] > 0) {
        forecasts.put(cell, Forecast.ofHalves(half(weights, i, 0), half(weights, i, 1)));
      }
    }
    CachePlan plan =
        CachePlan.of(
            steps,
            branches,
            (step, branch) -> choices[step * branches + branch] >= Forecast.MOST_TERMS);
    return Draft.of(plan, orders).learning(forecasts);
  }

  private static float[] half(float[] weights, int cell, int half) {
    float[] own = new float[Forecast.MOST_TERMS];
    System.arraycopy(weights, (2 * cell + half) * Forecast.MOST_TERMS, own, 0, Forecast.MOST_TERMS);
    return own;
  }

  private static MalformedCheckpointException damaged(Path path, String what, Exception cause) {
    MalformedCheckpointException failure =
        new MalformedCheckpointException(
            path.toString(), what, -1, "start the search anew, without --resume");
    failure.initCause(cause);
    return failure;
  }
}
