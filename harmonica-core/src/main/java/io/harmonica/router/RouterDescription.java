package io.harmonica.router;

import io.harmonica.plan.BranchKind;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.ComputeCost;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a router's file tells of its model, so that branches can be named and speed-ups told without
 * the model at hand.
 *
 * @param layout the model's branches
 * @param cost what they cost
 */
public record RouterDescription(BranchLayout layout, ComputeCost cost) {
  private static final String BLOCKS = "layout_blocks";
  private static final String KINDS = "layout_kinds";
  private static final String FIXED = "macs_fixed";
  private static final String BRANCHES = "macs_branches";

  static Map<String, String> settings(BranchLayout layout, ComputeCost cost) {
    List<String> branches = new ArrayList<>();
    for (int branch = 0; branch < layout.branches(); branch++) {
      branches.add(Long.toString(cost.branch(branch)));
    }
    Map<String, String> settings = new TreeMap<>();
    settings.put(BLOCKS, Integer.toString(layout.blocks()));
    settings.put(
        KINDS, layout.kinds().stream().map(BranchKind::name).collect(Collectors.joining(",")));
    settings.put(FIXED, Long.toString(cost.fixed()));
    settings.put(BRANCHES, String.join(",", branches));
    return settings;
  }

  /**
   * Reads what a router's file tells of its model.
   *
   * @param router the router
   * @return the description; empty for routers of the public code, or if it does not go with the
   *     router's branches
   */
  public static Optional<RouterDescription> of(Router router) {
    Map<String, String> settings = router.provenance().settings();
    if (!settings.keySet().containsAll(List.of(BLOCKS, KINDS, FIXED, BRANCHES))) {
      return Optional.empty();
    }
    try {
      List<BranchKind> kinds =
          Arrays.stream(settings.get(KINDS).split(",", -1)).map(BranchKind::valueOf).toList();
      BranchLayout layout = new BranchLayout(Integer.parseInt(settings.get(BLOCKS)), kinds);
      long[] branches =
          Arrays.stream(settings.get(BRANCHES).split(",", -1)).mapToLong(Long::parseLong).toArray();
      if (branches.length != layout.branches() || branches.length != router.branches()) {
        return Optional.empty();
      }
      return Optional.of(
          new RouterDescription(
              layout, new ComputeCost(Long.parseLong(settings.get(FIXED)), branches)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
