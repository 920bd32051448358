package io.harmonica.policy;

import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.CachePolicy;
import io.harmonica.plan.ModelFit;
import io.harmonica.plan.PlanRequest;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Forecasts by a learned linear predictor, as L2P (Shen et al., 2026) and others do: a cell that is
 * not computed is a weighted sum of the branch's last outputs, and the weights of each step were
 * fitted by least squares on the branch's own output. Here every cell has weights of its own.
 *
 * @param origin the model and sampler that the weights were fitted on
 * @param layout the model's branches
 * @param fitted which cells are computed, and the weights of the others
 * @param settings how they were fitted, for provenance
 */
public record LinearPolicy(
    ModelFit origin, BranchLayout layout, CachePlan fitted, Map<String, String> settings)
    implements CachePolicy {

  /**
   * Checks the plan and copies the settings, sorted by name.
   *
   * @param origin see the record
   * @param layout see the record
   * @param fitted see the record
   * @param settings see the record
   * @throws IllegalArgumentException if the plan is for another number of branches
   */
  public LinearPolicy {
    if (fitted.branches() != layout.branches()) {
      throw new IllegalArgumentException(
          "the fitted plan has %d branches, its layout has %d"
              .formatted(fitted.branches(), layout.branches()));
    }
    settings = Collections.unmodifiableMap(new TreeMap<>(settings));
  }

  @Override
  public CachePlan plan(PlanRequest request) {
    new PlannedRun("the linear predictor", origin, layout, fitted.steps())
        .require("was fitted", request);
    return fitted;
  }

  /** {@return how many outputs its forecasts weigh, and whether each half has weights} */
  @Override
  public String name() {
    return "linear:" + fitted.mostTerms() + (fitted.halves() == 2 ? ":halves" : "");
  }
}
