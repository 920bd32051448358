package io.harmonica.policy;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.ForecastWeights;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads and writes fitted linear predictors: a safetensors file with {@code computed}, [T,
 * branches], 1 where a branch is computed and 0 where it is forecast; {@code forecast_weights}, [T,
 * branches, halves, terms], newest output first and zeros where a branch is computed; and where
 * they come from as metadata.
 */
public final class LinearPolicyFile {
  private static final CalibrationFile FILE =
      new CalibrationFile(
          "harmonica-linear/1", "give weights that a calibration of the linear predictor wrote");

  private static final String COMPUTED = "computed";
  private static final String WEIGHTS = "forecast_weights";

  /** The model's time has 1000 steps, so no trajectory takes more. */
  private static final int MAX_STEPS = 1000;

  /** Far more than any model has; keeps files that lie about their size from filling memory. */
  private static final int MAX_BRANCHES = 10_000;

  private LinearPolicyFile() {}

  /**
   * Writes a predictor as a whole or not at all.
   *
   * @param path the file
   * @param policy the predictor
   * @throws IOException if it cannot be written
   */
  public static void write(Path path, LinearPolicy policy) throws IOException {
    CachePlan plan = policy.fitted();
    float[] computed = new float[plan.steps() * plan.branches()];
    for (int cell = 0; cell < computed.length; cell++) {
      computed[cell] = plan.computes(cell / plan.branches(), cell % plan.branches()) ? 1 : 0;
    }
    FILE.begin(new CalibrationFile.Origin(policy.origin(), policy.layout(), policy.settings()))
        .put(COMPUTED, new Shape(plan.steps(), plan.branches()), computed)
        .put(WEIGHTS, ForecastWeights.shape(plan), ForecastWeights.flat(plan))
        .write(path);
  }

  /**
   * Reads a predictor.
   *
   * @param path the file
   * @return the predictor
   * @throws MalformedCheckpointException if the file is damaged, holds no predictor, or holds
   *     weights that the plan has no history for
   * @throws IOException if it cannot be read
   */
  public static LinearPolicy read(Path path) throws IOException {
    return FILE.read(
        path,
        (file, origin) ->
            new LinearPolicy(
                origin.fit(), origin.layout(), plan(file, origin.layout()), origin.settings()));
  }

  private static CachePlan plan(SafetensorsFile file, BranchLayout layout) throws IOException {
    Shape cells = file.info(COMPUTED).shape();
    boolean fits =
        cells.dimension() == 2
            && cells.get(1) == layout.branches()
            && cells.get(1) <= MAX_BRANCHES
            && cells.get(0) >= 1
            && cells.get(0) <= MAX_STEPS;
    if (!fits) {
      throw new IllegalArgumentException(
          "its computed cells are %s, expected (T, %d)".formatted(cells, layout.branches()));
    }
    int branches = layout.branches();
    float[] computed = file.readFloats(COMPUTED);
    for (int cell = 0; cell < computed.length; cell++) {
      boolean first = cell < branches;
      if (computed[cell] != 1 && (first || computed[cell] != 0)) {
        throw new IllegalArgumentException(
            "whether step %d computes branch %d is %s, expected %s"
                .formatted(
                    cell / branches,
                    cell % branches,
                    computed[cell],
                    first ? "1, since the cache starts empty" : "0 or 1"));
      }
    }
    ForecastWeights.check(file.info(WEIGHTS).shape(), cells);
    return CachePlan.of(
            (int) cells.get(0), branches, (step, branch) -> computed[step * branches + branch] == 1)
        .forecasting(
            ForecastWeights.rule(file.info(WEIGHTS).shape(), cells, file.readFloats(WEIGHTS)));
  }
}
