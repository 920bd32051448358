package io.harmonica.router;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.tensor.TensorInfo;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.checkpoint.torch.TorchFile;
import io.harmonica.checkpoint.torch.TorchFileWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads and writes routers as the public Python code of HarmoniCa and of Learning-to-Cache (Ma et
 * al., 2024) saves them: {@code torch.save({"routers": {"0.prob": logits, ...}, "opt": ..., "args":
 * ...})}. There row T-1 runs first; here steps count in execution order. This class is the only
 * place that turns one into the other.
 *
 * <p>Reading makes three assumptions, since the files do not say all:
 *
 * <ul>
 *   <li>T is {@code args.num_sampling_steps}, and else one more than the highest row; two more if
 *       rows are missing and all present ones are even, as Learning-to-Cache takes steps in pairs.
 *   <li>A row that is missing computes everything: its logits are {@link Router#LIMIT}.
 *   <li>So does a row for which the optimiser, where it was saved, has no state: it was never
 *       trained and holds random numbers. That is how Learning-to-Cache's odd rows look, which its
 *       code ignores. The row that runs first is left as it is, for every plan computes it all.
 * </ul>
 *
 * <p>Written files hold all rows, so both public programs load them, and so does {@code
 * torch.load(weights_only=True)} (tried with PyTorch 2.13, where it is the default), which refuses
 * the public code's own files. For its sake, {@code args} is a dictionary with the public names,
 * not the {@code argparse.Namespace} that only full unpickling brings back; the public code's
 * sampling never reads it. The optimiser's state is not kept.
 */
public final class PublicRouterFile {
  private static final String REMEDY = "give a router that HarmoniCa or Learning-to-Cache saved";
  private static final Pattern ROW = Pattern.compile("routers\\.(0|[1-9][0-9]{0,3})\\.prob");
  private static final Pattern TRAINED = Pattern.compile("opt\\.state\\.([0-9]{1,4})\\..*");
  private static final String PARAMETER = "opt.param_groups.0.params.";

  private PublicRouterFile() {}

  /**
   * Reads a router. What {@code args} holds becomes its provenance; model hash and sampler are
   * unknown, and a threshold that is not given is 0.1, as in both papers.
   *
   * @param path the file
   * @return the router
   * @throws MalformedCheckpointException if the file is damaged or holds no router
   * @throws IOException if it cannot be read
   */
  public static Router read(Path path) throws IOException {
    try (TorchFile file = TorchFile.open(path)) {
      return read(file);
    }
  }

  static Router read(TensorSource file) throws IOException {
    List<Integer> order = rows(file);
    int steps = steps(file, order);
    int branches = branches(file, order.get(0));
    float[][] logits = new float[steps][branches];
    for (float[] row : logits) {
      Arrays.fill(row, Router.LIMIT);
    }
    BitSet computing = new BitSet();
    computing.set(0, steps);
    BitSet untrained = untrained(file, order);
    for (int row : order) {
      if (branches(file, row) != branches) {
        throw fault(file, "has rows of different length", name(row));
      }
      if (!untrained.get(row) || row == steps - 1) {
        logits[steps - 1 - row] = file.readFloats(name(row));
        computing.clear(row);
      }
    }
    String filled = computing.stream().mapToObj(Integer::toString).collect(Collectors.joining(","));
    try {
      return new Router(logits, PublicArguments.read(file.metadata(), filled));
    } catch (IllegalArgumentException e) {
      MalformedCheckpointException fault = fault(file, e.getMessage(), null);
      fault.initCause(e);
      throw fault;
    }
  }

  /**
   * Writes a router as a whole or not at all.
   *
   * @param path the file
   * @param scores the router
   * @throws IllegalArgumentException if it has forecasts, for which these files have no place
   * @throws IOException if it cannot be written
   */
  public static void write(Path path, Router scores) throws IOException {
    if (!scores.uncheckedPlan().repeats()) {
      throw new IllegalArgumentException(
          path
              + ": the router has forecasts, which the public Python code does not know; write it to"
              + " a .safetensors file");
    }
    TorchFileWriter writer = new TorchFileWriter();
    float[][] logits = scores.logits();
    for (int row = 0; row < logits.length; row++) {
      writer.put(
          "routers", row + ".prob", new Shape(scores.branches()), logits[logits.length - 1 - row]);
    }
    PublicArguments.of(scores)
        .forEach((argument, value) -> writer.put(PublicArguments.GROUP, argument, value));
    writer.write(path);
  }

  /** The rows that the file holds, in its order, which is that of the optimiser's parameters. */
  private static List<Integer> rows(TensorSource file) throws IOException {
    List<Integer> rows = new ArrayList<>();
    for (String tensor : file.names()) {
      if (tensor.startsWith("routers.")) {
        Matcher matcher = ROW.matcher(tensor);
        if (!matcher.matches()) {
          throw fault(file, "holds a tensor that is no row of a router", tensor);
        }
        rows.add(Integer.parseInt(matcher.group(1)));
      }
    }
    if (rows.isEmpty()) {
      throw fault(file, "holds no tensors \"routers.0.prob\", \"routers.1.prob\", ...", null);
    }
    return rows;
  }

  private static int steps(TensorSource file, List<Integer> rows) throws IOException {
    int highest = rows.stream().mapToInt(Integer::intValue).max().orElseThrow();
    boolean halves = highest >= rows.size() && rows.stream().allMatch(row -> row % 2 == 0);
    String stated = file.metadata().get(PublicArguments.GROUP + "." + PublicArguments.STEPS);
    int steps = highest + (halves ? 2 : 1);
    if (stated != null) {
      // More digits than any T has are no number of steps either.
      steps = stated.matches("[0-9]{1,6}") ? Integer.parseInt(stated) : 0;
    }
    if (steps <= highest || steps > RouterFile.MAX_STEPS) {
      throw fault(
          file,
          "has a row %d, which does not go with its number of steps (at most %d)"
              .formatted(highest, RouterFile.MAX_STEPS),
          null);
    }
    return steps;
  }

  private static int branches(TensorSource file, int row) throws IOException {
    TensorInfo info = file.info(name(row));
    if (info.shape().dimension() != 1
        || info.elements() < 1
        || info.elements() > RouterFile.MAX_BRANCHES) {
      throw fault(file, "has the shape " + info.shape() + ", expected (branches)", info.name());
    }
    return (int) info.elements();
  }

  /** The rows whose parameter has no state in the optimiser; none if it tells nothing of them. */
  private static BitSet untrained(TensorSource file, List<Integer> order) {
    BitSet untrained = new BitSet();
    long parameters =
        file.metadata().keySet().stream().filter(key -> key.startsWith(PARAMETER)).count();
    BitSet trained = new BitSet();
    for (String tensor : file.names()) {
      Matcher matcher = TRAINED.matcher(tensor);
      if (matcher.matches()) {
        trained.set(Integer.parseInt(matcher.group(1)));
      }
    }
    if (parameters == order.size() && !trained.isEmpty()) {
      for (int i = 0; i < order.size(); i++) {
        untrained.set(order.get(i), !trained.get(i));
      }
    }
    return untrained;
  }

  private static String name(int row) {
    return "routers." + row + ".prob";
  }

  private static MalformedCheckpointException fault(
      TensorSource file, String problem, String tensor) {
    return new MalformedCheckpointException(file.path().toString(), problem, -1, tensor, REMEDY);
  }
}
