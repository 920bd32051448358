package io.harmonica.examples.sampling;

import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.Sampler;
import io.harmonica.plan.BranchKind;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.ComputeCost;
import io.harmonica.router.RouterProvenance;
import io.harmonica.train.RouterTrainerConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a router's file says of its model beside the scores, so that it can be inspected without the
 * model at hand.
 *
 * @param layout the branches
 * @param cost their cost
 */
public record RouterDescription(BranchLayout layout, ComputeCost cost) {
  private static final String BLOCKS = "layout_blocks";
  private static final String KINDS = "layout_kinds";
  private static final String FIXED = "macs_fixed";
  private static final String BRANCHES = "macs_branches";

  /**
   * Describes a training for its router's file.
   *
   * @param model the model
   * @param sampler the sampler
   * @param guidance the guidance
   * @param config the training's settings, of which threshold and seed are told apart
   * @param training all of them by name
   * @param libraryVersion this library's version
   * @return the provenance
   */
  public static RouterProvenance provenance(
      RunnableModel model,
      Sampler sampler,
      Guidance guidance,
      RouterTrainerConfig config,
      Map<String, String> training,
      String libraryVersion) {
    Map<String, String> settings = new TreeMap<>(training);
    settings.putAll(model.trainingSettings());
    BranchLayout layout = model.denoiser().layout();
    ComputeCost cost = model.denoiser().cost();
    settings.put("steps", Integer.toString(sampler.schedule().steps()));
    settings.put("precision", model.precision().text());
    settings.put("guided_channels", Integer.toString(guidance.channels()));
    settings.put(BLOCKS, Integer.toString(layout.blocks()));
    settings.put(
        KINDS, layout.kinds().stream().map(BranchKind::name).collect(Collectors.joining(",")));
    settings.put(FIXED, Long.toString(cost.fixed()));
    List<String> branches = new ArrayList<>();
    for (int branch = 0; branch < layout.branches(); branch++) {
      branches.add(Long.toString(cost.branch(branch)));
    }
    settings.put(BRANCHES, String.join(",", branches));
    return new RouterProvenance(
        model.name(),
        model.hash(),
        sampler.name(),
        guidance.scale(),
        config.threshold(),
        config.seed(),
        libraryVersion,
        settings);
  }

  /**
   * Reads the description back.
   *
   * @param provenance a router's provenance
   * @return the description; empty where the file does not hold one
   */
  public static Optional<RouterDescription> of(RouterProvenance provenance) {
    Map<String, String> settings = provenance.settings();
    if (!settings.keySet().containsAll(List.of(BLOCKS, KINDS, FIXED, BRANCHES))) {
      return Optional.empty();
    }
    try {
      List<BranchKind> kinds =
          Arrays.stream(settings.get(KINDS).split(",", -1)).map(BranchKind::valueOf).toList();
      BranchLayout layout = new BranchLayout(Integer.parseInt(settings.get(BLOCKS)), kinds);
      long[] branches =
          Arrays.stream(settings.get(BRANCHES).split(",", -1)).mapToLong(Long::parseLong).toArray();
      if (branches.length != layout.branches()) {
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
