package io.harmonica.block;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import io.harmonica.plan.BranchKind;

/**
 * A cacheable residual branch of an own model: what it computes from the tokens, and how that is
 * added to them. The cache keeps the first part's result; the second part is always current.
 *
 * @param kind what the branch is called in plans and reports
 * @param body computes the output that may be cached
 * @param merge adds the output, fresh or cached, to the tokens
 */
public record ResidualBranch(BranchKind kind, Body body, Merge merge) {

  /** The part of a branch that a cache may spare. */
  @FunctionalInterface
  public interface Body {

    /**
     * Computes the branch.
     *
     * @param tokens the tokens before the branch; not to be changed or closed
     * @param context what the {@linkplain BlockDenoiser.Stem stem} made beside the tokens
     * @return the branch's output
     */
    NDArray output(NDArray tokens, NDList context);
  }

  /** The part of a branch that always runs, such as a gate. */
  @FunctionalInterface
  public interface Merge {
    /** The plain residual sum. */
    Merge SUM =
        (tokens, output, context) -> {
          if (!output.getShape().equals(tokens.getShape())) {
            throw new IllegalArgumentException(
                "a branch put out %s for tokens %s, expected the same shape; give it a merge of its"
                        .formatted(output.getShape(), tokens.getShape())
                    + " own if that is meant");
          }
          return tokens.add(output);
        };

    /**
     * Adds a branch's output.
     *
     * @param tokens the tokens before the branch; not to be changed or closed
     * @param output the output, fresh or cached; not to be changed or closed
     * @param context what the stem made beside the tokens
     * @return the tokens after the branch
     */
    NDArray add(NDArray tokens, NDArray output, NDList context);
  }

  /**
   * Makes a branch of a DJL block, added by a plain sum.
   *
   * @param kind what the branch is called
   * @param block takes the tokens, followed by all that the stem made beside them, and returns one
   *     array of the tokens' shape; see {@link FrozenBlock#of}
   * @return the branch
   * @throws IllegalArgumentException if the block cannot be frozen
   */
  public static ResidualBranch of(BranchKind kind, Block block) {
    FrozenBlock frozen = FrozenBlock.of(block);
    return of(
        kind,
        (tokens, context) -> frozen.forward(new NDList(tokens).addAll(context)).singletonOrThrow());
  }

  /**
   * Makes a branch of a function, added by a plain sum.
   *
   * @param kind what the branch is called
   * @param body the function, which calls one {@link FrozenBlock} or several
   * @return the branch
   */
  public static ResidualBranch of(BranchKind kind, Body body) {
    return new ResidualBranch(kind, body, Merge.SUM);
  }

  /**
   * Returns the same branch, added in another way.
   *
   * @param other for example a sum through a gate
   * @return the branch
   */
  public ResidualBranch mergedBy(Merge other) {
    return new ResidualBranch(kind, body, other);
  }
}
