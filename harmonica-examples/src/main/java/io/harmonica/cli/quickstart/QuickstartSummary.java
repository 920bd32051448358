package io.harmonica.cli.quickstart;

import io.harmonica.eval.CandidateResult;
import io.harmonica.eval.Estimate;
import io.harmonica.router.RouterProvenance;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The figures by the names that scripts rely on: those of the default recipe's router at the top,
 * and those of every policy in a list.
 */
record QuickstartSummary(Quickstart.Outcome outcome) {

  Map<String, Object> json() {
    Comparison result = outcome.comparison();
    RouterProvenance provenance = outcome.harmonized().router().provenance();
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("cur", outcome.plan().cacheUtilisation());
    summary.put("theoreticalSpeedup", result.cached().theoreticalSpeedup());
    summary.put("measuredSpeedup", result.speedup());
    summary.put("psnr", Comparison.psnr(result.cached()));
    summary.put("agreementFull", Comparison.agreement(result.full()).share());
    summary.put("agreementCached", Comparison.agreement(result.cached()).share());
    summary.put("frechetFull", Comparison.frechet(result.full()));
    summary.put("frechetCached", Comparison.frechet(result.cached()));
    summary.put("seconds", outcome.seconds());
    summary.put("trainingSeconds", outcome.harmonized().seconds() + outcome.published().seconds());
    summary.put("images", result.images());
    summary.put("cacheBytes", result.cached().peakCacheBytes());
    summary.put("steps", outcome.setup().steps());
    summary.put("guidance", provenance.guidance());
    summary.put("sampler", provenance.sampler());
    summary.put("seed", provenance.seed());
    summary.put("model", provenance.model());
    summary.put("modelSha256", provenance.modelHash());
    summary.put("settings", provenance.settings());
    summary.put("libraryVersion", provenance.libraryVersion());
    summary.put("policies", policies());
    return summary;
  }

  private List<Map<String, Object>> policies() {
    List<Map<String, Object>> policies = new ArrayList<>();
    for (CandidateResult side : outcome.comparison().others()) {
      Map<String, Object> policy = new LinkedHashMap<>();
      policy.put("name", side.name());
      policy.put("cur", side.candidate().plan().cacheUtilisation());
      policy.put("theoreticalSpeedup", side.theoreticalSpeedup());
      policy.put("measuredSpeedup", side.measuredSpeedup().value());
      policy.put("error", side.error().value());
      policy.put("errorInterval", interval(side.error()));
      policy.put("psnr", Comparison.psnr(side));
      policy.put("agreement", Comparison.agreement(side).share());
      policy.put("frechet", Comparison.frechet(side));
      policy.put("cacheBytes", side.peakCacheBytes());
      side.candidate()
          .trainingSeconds()
          .ifPresent(seconds -> policy.put("trainingSeconds", seconds));
      policies.add(policy);
    }
    return policies;
  }

  private static List<Double> interval(Estimate estimate) {
    return List.of(estimate.interval().low(), estimate.interval().high());
  }
}
