package io.harmonica.cli.compare;

import io.harmonica.diffusion.Guidance;
import io.harmonica.eval.BenchmarkSettings;
import io.harmonica.eval.CandidateResult;
import io.harmonica.pipeline.RunnableModel;
import io.harmonica.plan.BranchLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A finished comparison with what is needed to do it again.
 *
 * @param results how each candidate came out, the run without a cache first
 * @param layout the model's branches
 * @param provenance how the numbers came about, by the names of the JSON file
 */
public record ComparisonOutcome(
    List<CandidateResult> results, BranchLayout layout, Map<String, Object> provenance) {

  /**
   * Puts a comparison's results together with their origin.
   *
   * @param comparison what was compared
   * @param settings how
   * @param facts where: machine, device, versions, by name
   * @param results how the candidates came out
   * @return the outcome
   */
  public static ComparisonOutcome of(
      ImageComparison comparison,
      BenchmarkSettings settings,
      Map<String, String> facts,
      List<CandidateResult> results) {
    RunnableModel model = comparison.pipeline().model();
    Guidance guidance = comparison.setup().guidance();
    Map<String, Object> provenance = new LinkedHashMap<>();
    provenance.put("model", model.name());
    provenance.put("modelSha256", model.hash());
    provenance.put("precision", model.precision().text());
    provenance.put("modelSettings", model.settings());
    provenance.put("steps", settings.steps());
    provenance.put("sampler", comparison.setup().fit().sampler());
    provenance.put("guidance", guidance.written());
    provenance.putAll(guidance.settings());
    provenance.put("guidedChannels", guidance.channels());
    provenance.put("samples", settings.samples());
    provenance.put("batch", settings.batch());
    provenance.put("seed", settings.seed());
    provenance.putAll(facts);
    return new ComparisonOutcome(List.copyOf(results), model.denoiser().layout(), provenance);
  }

  /** The run without a cache. */
  CandidateResult reference() {
    return results.get(0);
  }

  /** All others. */
  List<CandidateResult> others() {
    return results.subList(1, results.size());
  }
}
