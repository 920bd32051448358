package io.harmonica.router;

import io.harmonica.diffusion.Denoiser;
import io.harmonica.plan.BranchKind;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.ComputeCost;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a router's file tells of its model, so that branches can be named, and speed-ups and memory
 * told, without the model at hand.
 *
 * @param layout the model's branches
 * @param cost what they cost
 * @param featureSize values of one branch's output for one sample; 0 if unknown
 */
public record RouterDescription(BranchLayout layout, ComputeCost cost, long featureSize) {
  private static final String BLOCKS = "layout_blocks";
  private static final String KINDS = "layout_kinds";
  private static final String FIXED = "macs_fixed";
  private static final String BRANCHES = "macs_branches";
  private static final String FEATURE = "feature_values";

  /** Far more than any model has; keeps files that lie from giving nonsense. */
  private static final long MOST_VALUES = 1L << 32;

  /**
   * Describes a model whose features have an unknown size.
   *
   * @param layout the model's branches
   * @param cost what they cost
   */
  public RouterDescription(BranchLayout layout, ComputeCost cost) {
    this(layout, cost, 0);
  }

  static Map<String, String> settings(Denoiser model) {
    BranchLayout layout = model.layout();
    ComputeCost cost = model.cost();
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
    if (model.featureSize() > 0) {
      settings.put(FEATURE, Long.toString(model.featureSize()));
    }
    return settings;
  }

  /**
   * Tells what a run's cache will need.
   *
   * @param plan the router's plan
   * @param rows samples of a batch, twice as many under guidance
   * @return bytes at the busiest step; 0 if the size of features is unknown
   */
  public long cacheBytes(CachePlan plan, int rows) {
    return plan.lifetimes().peakBytes(featureSize, rows);
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
      long feature = Long.parseLong(settings.getOrDefault(FEATURE, "0"));
      if (branches.length != layout.branches()
          || branches.length != router.branches()
          || feature < 0
          || feature > MOST_VALUES) {
        return Optional.empty();
      }
      ComputeCost cost = new ComputeCost(Long.parseLong(settings.get(FIXED)), branches);
      return Optional.of(new RouterDescription(layout, cost, feature));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
