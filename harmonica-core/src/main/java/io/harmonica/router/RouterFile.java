package io.harmonica.router;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.Checkpoints;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.tensor.Matrices;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.checkpoint.torch.TorchFile;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.ForecastRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads and writes routers of either format. The one is a safetensors file with a tensor {@code
 * logits}, [T, branches] in execution order, the provenance as metadata, and {@code
 * forecast_weights}, [T, branches, halves, terms], unless all is plain reuse. The other is the
 * public Python code's, see {@link PublicRouterFile}. Reading goes by a file's content, writing by
 * its name.
 */
final class RouterFile {
  /** The model's time has 1000 steps, so no trajectory takes more. */
  static final int MAX_STEPS = 1000;

  /** Far more than any model has; keeps files that lie about their size from filling memory. */
  static final int MAX_BRANCHES = 10_000;

  private static final String FORMAT = "harmonica-router/1";
  private static final String TENSOR = "logits";

  /** Weights of the forecasts, [T, branches, halves, terms], zeros where a branch is computed. */
  private static final String FORECASTS = "forecast_weights";

  private RouterFile() {}

  /**
   * Reads a router of either format.
   *
   * @param path the file
   * @return the router
   * @throws MalformedCheckpointException if the file is damaged or holds no router
   * @throws IOException if it cannot be read
   */
  static Router read(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      throw notARouter(path, "it is a folder", null);
    }
    try (TensorSource file = Checkpoints.open(path)) {
      return read(path, file);
    }
  }

  static Router read(Path path, TensorSource file) throws IOException {
    return file instanceof TorchFile ? PublicRouterFile.read(file) : readSafetensors(path, file);
  }

  static void write(Path path, Router router) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter().metadata("format", FORMAT);
    router.provenance().toMetadata().forEach(writer::metadata);
    Shape shape = new Shape(router.steps(), router.branches());
    writer.put(TENSOR, shape, Matrices.flat(router.logits()));
    CachePlan plan = router.uncheckedPlan();
    if (!plan.repeats()) {
      writer.put(
          FORECASTS, shape.add(plan.halves()).add(plan.mostTerms()), ForecastWeights.flat(plan));
    }
    writer.write(path);
  }

  private static Router readSafetensors(Path path, TensorSource file) throws IOException {
    try {
      if (!FORMAT.equals(file.metadata().get("format")) || !file.contains(TENSOR)) {
        throw notARouter(path, "it is no " + FORMAT + " file", null);
      }
      Shape shape = file.info(TENSOR).shape();
      if (shape.dimension() != 2 || shape.get(0) > MAX_STEPS || shape.get(1) > MAX_BRANCHES) {
        throw notARouter(path, "its logits are " + shape + ", expected (T, branches)", null);
      }
      if (shape.size() == 0) {
        throw notARouter(path, "a router needs at least one step and one branch", null);
      }
      float[][] logits = Matrices.rows(file.readFloats(TENSOR), (int) shape.get(1));
      RouterProvenance provenance = RouterProvenance.fromMetadata(file.metadata());
      return new Router(logits, provenance, forecasts(file, shape));
    } catch (IllegalArgumentException e) {
      throw notARouter(path, e.getMessage(), e);
    }
  }

  private static ForecastRule forecasts(TensorSource file, Shape cells) throws IOException {
    if (!file.contains(FORECASTS)) {
      return ForecastRule.REUSE;
    }
    Shape shape = file.info(FORECASTS).shape();
    ForecastWeights.check(shape, cells);
    return ForecastWeights.rule(shape, cells, file.readFloats(FORECASTS));
  }

  private static MalformedCheckpointException notARouter(Path path, String why, Exception cause) {
    // The reason may quote the file, which must not command a terminal.
    MalformedCheckpointException failure =
        new MalformedCheckpointException(
            path.toString(),
            why.replaceAll("\\p{Cntrl}", "?"),
            -1,
            "give a router that \"train\" or \"convert\" wrote");
    failure.initCause(cause);
    return failure;
  }
}
