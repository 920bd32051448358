package io.harmonica.plan;

import java.util.List;

/**
 * Numbers the cacheable branches of a transformer: flat index = block x kinds + kind, so DiT-XL/2
 * has 28 x 2 = 56 branches and PixArt-XL/2 has 28 x 3 = 84.
 *
 * @param blocks number of transformer blocks, at least 1
 * @param kinds the branches of each block in the order in which the block runs them
 */
public record BranchLayout(int blocks, List<BranchKind> kinds) {

  /**
   * Checks and copies the arguments.
   *
   * @param blocks see the record
   * @param kinds see the record
   * @throws IllegalArgumentException if there is no block, no kind, or a kind twice
   */
  public BranchLayout {
    kinds = List.copyOf(kinds);
    if (blocks < 1) {
      throw new IllegalArgumentException("blocks is " + blocks + ", expected at least 1");
    }
    if (kinds.isEmpty() || kinds.stream().distinct().count() != kinds.size()) {
      throw new IllegalArgumentException(
          "kinds is " + kinds + ", expected at least one branch kind and none of them twice");
    }
  }

  /**
   * Returns the number of branches of the whole network.
   *
   * @return blocks x kinds
   */
  public int branches() {
    return blocks * kinds.size();
  }

  /**
   * Returns the flat index of a branch.
   *
   * @param block the block, 0 is next to the input
   * @param kind one of {@link #kinds()}
   * @return the index, from 0 to {@link #branches()} - 1
   * @throws IllegalArgumentException if the layout has no such branch
   */
  public int index(int block, BranchKind kind) {
    int position = kinds.indexOf(kind);
    if (block < 0 || block >= blocks || position < 0) {
      throw new IllegalArgumentException(
          "no branch " + kind + " in block " + block + "; the layout is " + this);
    }
    return block * kinds.size() + position;
  }

  /**
   * Returns the block to which a branch belongs.
   *
   * @param branch the flat index
   * @return the block
   */
  public int block(int branch) {
    return branch / kinds.size();
  }

  /**
   * Returns what a branch computes.
   *
   * @param branch the flat index
   * @return its kind
   */
  public BranchKind kind(int branch) {
    return kinds.get(branch % kinds.size());
  }

  /**
   * Returns a short name of a branch for tables and axes.
   *
   * @param branch the flat index
   * @return for example {@code 3 attn}
   */
  public String name(int branch) {
    return block(branch) + " " + kind(branch).label();
  }
}
