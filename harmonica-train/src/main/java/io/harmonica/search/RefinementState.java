package io.harmonica.search;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.Matrices;
import io.harmonica.plan.CachePlan;
import io.harmonica.train.TrainableRouter;
import io.harmonica.train.TrainingCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where a training for a target is when what comes before its refinement is done, and how it is
 * kept in a safetensors file.
 *
 * @param router the router that is refined
 * @param plan its plan as refined so far
 * @param rounds rounds of refinement done
 */
record RefinementState(TrainableRouter router, CachePlan plan, int rounds) {
  private static final String FORMAT = "harmonica-refinement/1";

  void write(Path file, String fingerprint) throws IOException {
    float[][] logits = router.state().logits();
    float[] computed = new float[plan.steps() * plan.branches()];
    for (int cell = 0; cell < computed.length; cell++) {
      computed[cell] = plan.computes(cell / plan.branches(), cell % plan.branches()) ? 1 : 0;
    }
    Shape shape = new Shape(plan.steps(), plan.branches());
    new SafetensorsWriter()
        .metadata("format", FORMAT)
        .metadata("fingerprint", fingerprint)
        .metadata("rounds", Integer.toString(rounds))
        .put("logits", shape, Matrices.flat(logits))
        .put("computed", shape, computed)
        .write(file);
  }

  /**
   * Reads a state.
   *
   * @param path a checkpoint of a training
   * @param fingerprint what the training is
   * @return the state; empty if the file is of an earlier part of the training
   * @throws IOException if the file cannot be read or is damaged
   * @throws IllegalArgumentException if it belongs to another training
   */
  static Optional<RefinementState> read(Path path, String fingerprint) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      Map<String, String> metadata = file.metadata();
      if (!FORMAT.equals(metadata.get("format"))) {
        return Optional.empty();
      }
      TrainingCheckpoint.check(path, metadata, fingerprint);
      Shape shape = file.info("logits").shape();
      if (shape.dimension() != 2 || !file.info("computed").shape().equals(shape)) {
        throw TrainingCheckpoint.damaged(path, "its tensors do not fit together", null);
      }
      int branches = (int) shape.get(1);
      float[] computed = file.readFloats("computed");
      return Optional.of(
          new RefinementState(
              TrainableRouter.of(Matrices.rows(file.readFloats("logits"), branches)),
              CachePlan.of(
                  (int) shape.get(0),
                  branches,
                  (step, branch) -> computed[step * branches + branch] > 0),
              Integer.parseInt(metadata.getOrDefault("rounds", ""))));
    } catch (NumberFormatException e) {
      throw TrainingCheckpoint.damaged(path, "its metadata is damaged", e);
    }
  }
}
