package io.harmonica.cli.ablation;

import io.harmonica.cli.compare.ComparisonOutcome;
import io.harmonica.cli.compare.ImageComparison;
import io.harmonica.cli.compare.Machine;
import io.harmonica.eval.Candidate;
import io.harmonica.eval.CandidateResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Trains variants and runs them all, and rules beside, from the same noise.
 *
 * @param training what to train
 * @param comparison how to compare
 */
public record Ablation(VariantTraining training, ImageComparison comparison) {
  /** Images of each router in the report. */
  private static final int SHOWN = 5;

  /**
   * What an ablation found.
   *
   * @param plan what was asked for
   * @param rows one for each variant and target, rules and the run without a cache first
   * @param comparison all routers by themselves
   */
  public record Outcome(AblationPlan plan, List<AblationRow> rows, ComparisonOutcome comparison) {}

  /** Watches an ablation. */
  public interface Listener extends VariantTraining.Listener {
    /** Called when all routers are there. */
    void comparing();

    /**
     * Called when all routers have made a batch of samples.
     *
     * @param samples how many each has made so far
     */
    void afterBatch(int samples);
  }

  /**
   * Runs it.
   *
   * @param help who else works, if anybody
   * @param folder where the routers are kept
   * @param listener watches
   * @return the outcome
   * @throws IOException if a file cannot be read or written
   * @throws IllegalArgumentException if settings do not fit together
   */
  public Outcome run(Optional<VariantTraining.Help> help, Path folder, Listener listener)
      throws IOException {
    AblationPlan plan = training.plan();
    List<Candidate> candidates = new ArrayList<>(rules());
    List<TrainedVariant> trained = training.run(help, folder, listener);
    trained.forEach(router -> candidates.add(router.candidate()));
    listener.comparing();
    List<CandidateResult> results =
        comparison.run(
            help.map(VariantTraining.Help::workers).orElseGet(comparison::here),
            plan.benchmark(),
            candidates,
            IntStream.range(0, SHOWN),
            listener::afterBatch);
    Map<String, String> facts = Machine.facts(comparison.pipeline().manager().getDevice());
    facts.put("libraryVersion", training.libraryVersion());
    return new Outcome(
        plan,
        rows(results, trained),
        ComparisonOutcome.of(comparison, plan.benchmark(), facts, results));
  }

  /** Rules stand for themselves, the seeds of a variant at a target together. */
  private List<AblationRow> rows(List<CandidateResult> results, List<TrainedVariant> trained) {
    Map<String, List<CandidateResult>> rows = new LinkedHashMap<>();
    int others = results.size() - trained.size();
    for (int i = 0; i < results.size(); i++) {
      CandidateResult result = results.get(i);
      String name =
          i < others
              ? result.name()
              : TrainedVariant.name(
                  trained.get(i - others).variant(), trained.get(i - others).target());
      rows.computeIfAbsent(name, key -> new ArrayList<>()).add(result);
    }
    List<AblationRow> found = new ArrayList<>();
    rows.forEach(
        (name, seeds) -> found.add(AblationRow.of(name, seeds, training.plan().noiseSeed())));
    return found;
  }

  /** Made before anything is trained, so that a rule that does not fit is refused at once. */
  private List<Candidate> rules() throws IOException {
    List<Candidate> rules = new ArrayList<>();
    for (String rule : training.plan().rules()) {
      Candidate candidate = Candidate.parse(rule, comparison.setup());
      if (rules.stream().anyMatch(other -> other.name().equals(candidate.name()))) {
        throw new IllegalArgumentException(
            "--policy %s: another rule is called \"%s\" too; leave one of them out"
                .formatted(rule, candidate.name()));
      }
      rules.add(candidate);
    }
    return rules;
  }
}
