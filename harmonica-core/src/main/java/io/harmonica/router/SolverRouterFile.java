package io.harmonica.router;

import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.tensor.TensorInfo;
import io.harmonica.checkpoint.tensor.TensorSource;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads the routers that Learning-to-Cache (Ma et al., 2024) published for U-ViT: {@code .pth}
 * files with the bare rows {@code 0.prob}, {@code 1.prob}, ... of T calls of the model.
 *
 * <p>They are for DPM-Solver singlestep of order 2, whose moves call the model twice. Row i belongs
 * to the first call of move i, counted in execution order, which may reuse what the second call of
 * the move before computed. Second calls compute everything, and so does the first move. So only
 * the rows 1 to T / 2 - 1 were ever trained; the others hold random numbers and are left out.
 */
final class SolverRouterFile {
  private static final Pattern ROW = Pattern.compile("(0|[1-9][0-9]{0,3})\\.prob");
  private static final String SAMPLER = "dpm-singlestep";

  /** The threshold in the published commands. */
  private static final double THRESHOLD = 0.9;

  private SolverRouterFile() {}

  /** Tells whether a file holds bare rows and nothing else. */
  static boolean isOne(TensorSource file) {
    Set<String> names = file.names();
    return !names.isEmpty() && names.stream().allMatch(name -> ROW.matcher(name).matches());
  }

  /**
   * Reads a router.
   *
   * @throws MalformedCheckpointException if rows are missing or not of one length
   * @throws IOException if the file cannot be read
   */
  static Router read(TensorSource file) throws IOException {
    int steps = file.names().size();
    if (steps > RouterFile.MAX_STEPS) {
      throw fault(file, "has %d rows, expected at most %d".formatted(steps, RouterFile.MAX_STEPS));
    }
    int branches = branches(file, 0);
    float[][] logits = new float[steps][branches];
    for (float[] row : logits) {
      Arrays.fill(row, Router.LIMIT);
    }
    for (int row = 0; row < steps; row++) {
      if (branches(file, row) != branches) {
        throw fault(file, "has rows of different length, row " + row + " is another than row 0");
      }
      if (row > 0 && 2 * row < steps) {
        logits[2 * row] = file.readFloats(name(row));
      }
    }
    RouterProvenance provenance =
        new RouterProvenance(
            "unknown", "", SAMPLER, 0, THRESHOLD, 0, "", Map.of("rows", "first calls of moves"));
    try {
      return new Router(logits, provenance);
    } catch (IllegalArgumentException e) {
      MalformedCheckpointException fault = fault(file, e.getMessage());
      fault.initCause(e);
      throw fault;
    }
  }

  private static int branches(TensorSource file, int row) throws IOException {
    if (!file.contains(name(row))) {
      throw fault(file, "has " + file.names().size() + " rows, but no row " + row);
    }
    TensorInfo info = file.info(name(row));
    if (info.shape().dimension() != 1
        || info.elements() < 1
        || info.elements() > RouterFile.MAX_BRANCHES) {
      throw fault(file, "row " + row + " is " + info.shape() + ", expected (branches)");
    }
    return (int) info.elements();
  }

  private static String name(int row) {
    return row + ".prob";
  }

  private static MalformedCheckpointException fault(TensorSource file, String problem) {
    return new MalformedCheckpointException(
        file.path().toString(), problem, -1, "give a router that Learning-to-Cache saved");
  }
}
