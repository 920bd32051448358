package io.harmonica.block;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cache.CacheHook;
import io.harmonica.diffusion.Denoiser;
import io.harmonica.diffusion.MeasuredCost;
import io.harmonica.plan.BranchKind;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.ComputeCost;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * An own transformer made of {@linkplain ResidualBranch residual branches}: a stem makes tokens of
 * the sample, the branches work on them, and a head makes the prediction. It samples under any plan
 * and learns a router like the built-in models. It holds no arrays; the blocks stay their maker's.
 *
 * <p>Trainers, searches and benchmarks take it in a {@link io.harmonica.diffusion.SamplingSetup}.
 * To sample, bind it to what is asked for with a {@link io.harmonica.diffusion.GuidedDenoiser}, and
 * run {@link io.harmonica.diffusion.DenoisingLoop#sample} with the setup's sampler and plan.
 */
public final class BlockDenoiser implements Denoiser {
  private final Stem stem;
  private final List<ResidualBranch> branches;
  private final Head head;
  private final BranchLayout layout;
  private final ComputeCost cost;

  /** Begins a forward pass. */
  @FunctionalInterface
  public interface Stem {

    /**
     * Makes tokens.
     *
     * @param x noisy samples, [n, C, H, W]
     * @param times the model's time, once for each sample, [n] FLOAT32
     * @param conditioning what the samples are conditioned on, as the caller and this model agree
     * @return the tokens, followed by whatever branches and head are to see: their context
     */
    NDList tokens(NDArray x, NDArray times, NDList conditioning);
  }

  /** Ends a forward pass. */
  @FunctionalInterface
  public interface Head {

    /**
     * Makes the prediction.
     *
     * @param tokens the tokens after the last branch
     * @param context what the stem made beside the tokens
     * @return [n, C, H, W], or [n, 2C, H, W] with a learned variance
     */
    NDArray prediction(NDArray tokens, NDList context);
  }

  /**
   * Puts a model together.
   *
   * @param stem makes the tokens
   * @param branches in the order in which they run; every block has the same kinds in the same
   *     order
   * @param head makes the prediction
   * @param cost MACs, or anything else that is to be saved, of each branch and of the rest
   * @throws IllegalArgumentException if the kinds do not repeat block by block, or the cost is that
   *     of another number of branches
   */
  public BlockDenoiser(Stem stem, List<ResidualBranch> branches, Head head, ComputeCost cost) {
    this.stem = stem;
    this.branches = List.copyOf(branches);
    this.head = head;
    this.layout = layout(this.branches);
    this.cost = cost;
    if (cost.branches() != branches.size()) {
      throw new IllegalArgumentException(
          "the cost is that of %d branches, expected %d, one for each branch of the model"
              .formatted(cost.branches(), branches.size()));
    }
  }

  /**
   * Puts a model together and measures what its parts take on this machine.
   *
   * @param stem makes the tokens
   * @param branches in the order in which they run
   * @param head makes the prediction
   * @param x a sample to measure with, [n, C, H, W]
   * @param conditioning what it is conditioned on
   * @return the model, whose costs are nanoseconds
   * @throws IllegalArgumentException if the kinds do not repeat block by block
   */
  public static BlockDenoiser measured(
      Stem stem, List<ResidualBranch> branches, Head head, NDArray x, NDList conditioning) {
    ComputeCost none = new ComputeCost(0, new long[branches.size()]);
    BlockDenoiser model = new BlockDenoiser(stem, branches, head, none);
    ComputeCost measured =
        MeasuredCost.of(
            x.getManager(),
            branches.size(),
            (owner, hook) -> model.predict(alias(x, owner), 0, conditioning, hook));
    return new BlockDenoiser(stem, branches, head, measured);
  }

  /** The kinds up to the first one that comes again are those of a block. */
  private static BranchLayout layout(List<ResidualBranch> branches) {
    List<BranchKind> found = branches.stream().map(ResidualBranch::kind).toList();
    List<BranchKind> kinds = new ArrayList<>();
    for (int i = 0; i < found.size() && !kinds.contains(found.get(i)); i++) {
      kinds.add(found.get(i));
    }
    for (int i = 0; i < found.size(); i++) {
      if (found.size() % kinds.size() != 0 || found.get(i) != kinds.get(i % kinds.size())) {
        throw new IllegalArgumentException(
            "the branches' kinds are " + found + ", expected " + kinds + " in every block");
      }
    }
    return new BranchLayout(kinds.isEmpty() ? 0 : found.size() / kinds.size(), kinds);
  }

  @Override
  public BranchLayout layout() {
    return layout;
  }

  @Override
  public ComputeCost cost() {
    return cost;
  }

  @Override
  public NDArray predict(NDArray x, double timestep, NDList conditioning, CacheHook hook) {
    NDManager owner = x.getManager();
    NDArray times = owner.full(new Shape(x.getShape().get(0)), (float) timestep);
    NDList made =
        within(
            owner,
            new NDList(x, times).addAll(conditioning),
            in -> stem.tokens(in.get(0), in.get(1), in.subNDList(2)));
    NDArray tokens = made.head();
    NDList context = made.subNDList(1);
    for (int branch = 0; branch < branches.size(); branch++) {
      NDArray next = pass(branch, tokens, context, hook);
      tokens.close();
      tokens = next;
    }
    NDArray prediction =
        one(owner, new NDList(tokens).addAll(context), in -> head.prediction(in.head(), rest(in)));
    check(prediction.getShape(), x.getShape());
    for (NDArray done : new NDList(tokens, times).addAll(context)) {
      done.close();
    }
    return prediction;
  }

  private NDArray pass(int number, NDArray tokens, NDList context, CacheHook hook) {
    NDManager owner = tokens.getManager();
    ResidualBranch branch = branches.get(number);
    NDList before = new NDList(tokens).addAll(context);
    NDArray output =
        hook.apply(
            number, () -> one(owner, before, in -> branch.body().output(in.head(), rest(in))));
    return one(
        owner,
        new NDList(output).addAll(before),
        in -> branch.merge().add(in.get(1), in.head(), in.subNDList(2)));
  }

  private static void check(Shape found, Shape x) {
    boolean fits =
        found.dimension() == 4
            && (found.get(1) == x.get(1) || found.get(1) == 2 * x.get(1))
            && found.get(0) == x.get(0)
            && found.slice(2).equals(x.slice(2));
    if (!fits) {
      throw new IllegalArgumentException(
          "the head predicted %s for samples %s, expected as many rows, once or twice the channels,"
                  .formatted(found, x)
              + " and the same size");
    }
  }

  private static NDList rest(NDList inputs) {
    return inputs.subNDList(1);
  }

  private static NDArray one(NDManager owner, NDList inputs, Function<NDList, NDArray> part) {
    return within(owner, inputs, in -> new NDList(part.apply(in))).head();
  }

  /**
   * Runs a part of the model and frees all that it makes on the way. It sees aliases, so that what
   * it does with its inputs' owners touches nobody else's arrays.
   */
  private static NDList within(NDManager owner, NDList inputs, Function<NDList, NDList> part) {
    try (NDManager scope = owner.newSubManager()) {
      NDList seen = new NDList();
      inputs.forEach(input -> seen.add(alias(input, scope)));
      NDList results = new NDList();
      for (NDArray result : part.apply(seen)) {
        // What a model keeps, such as a constant that the stem hands on, stays the model's.
        results.add(result.getManager() == scope ? result : alias(result, scope));
      }
      results.attach(owner);
      return results;
    }
  }

  /** The same values, in a graph if the array is in one, without a copy. */
  private static NDArray alias(NDArray array, NDManager owner) {
    NDArray alias = array.reshape(array.getShape());
    alias.attach(owner);
    return alias;
  }
}
