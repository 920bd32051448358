package io.harmonica.cli.compare;

import io.harmonica.cli.sampling.RunnableModel;
import io.harmonica.diffusion.Guidance;
import io.harmonica.eval.BenchmarkSettings;
import io.harmonica.plan.BranchLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A finished comparison with what is needed to do it again.
 *
 * @param standings how each entrant came out, the run without a cache first
 * @param layout the model's branches
 * @param provenance how the numbers came about, by the names of the JSON file
 */
public record ComparisonOutcome(
    List<Standing> standings, BranchLayout layout, Map<String, Object> provenance) {

  /**
   * Puts a comparison's results together with their origin.
   *
   * @param comparison what was compared
   * @param settings how
   * @param facts where: machine, device, versions, by name
   * @param standings how the entrants came out
   * @return the outcome
   */
  public static ComparisonOutcome of(
      ImageComparison comparison,
      BenchmarkSettings settings,
      Map<String, String> facts,
      List<Standing> standings) {
    RunnableModel model = comparison.model();
    Guidance guidance = comparison.setup().guidance();
    Map<String, Object> provenance = new LinkedHashMap<>();
    provenance.put("model", model.name());
    provenance.put("modelSha256", model.hash());
    provenance.put("precision", model.precision().text());
    provenance.put("modelSettings", model.settings());
    provenance.put("steps", settings.steps());
    provenance.put("sampler", comparison.setup().fit().sampler());
    provenance.put("guidance", guidance.scale());
    provenance.put("guidedChannels", guidance.channels());
    provenance.put("samples", settings.samples());
    provenance.put("batch", settings.batch());
    provenance.put("seed", settings.seed());
    provenance.putAll(facts);
    return new ComparisonOutcome(List.copyOf(standings), model.denoiser().layout(), provenance);
  }

  /** The run without a cache. */
  Standing reference() {
    return standings.get(0);
  }

  /** All others. */
  List<Standing> rivals() {
    return standings.subList(1, standings.size());
  }
}
