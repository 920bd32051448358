package io.harmonica.cli;

import io.harmonica.cli.compare.ComparisonFiles;
import io.harmonica.cli.compare.ComparisonOutcome;
import io.harmonica.cli.compare.ImageComparison;
import io.harmonica.cli.compare.Machine;
import io.harmonica.cli.compare.OpenStudy;
import io.harmonica.cli.compare.OtherWork;
import io.harmonica.eval.BenchmarkSettings;
import io.harmonica.eval.Candidate;
import io.harmonica.eval.CandidateResult;
import io.harmonica.files.LibraryVersion;
import io.harmonica.work.Workers;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs policies side by side on the same noise and reports what each saves and costs. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Compares rules, routers and fewer steps on the same noise.")
final class CompareCommand implements Callable<Integer> {
  /** Images of each candidate in the report. */
  private static final int SHOWN = 10;

  @Mixin private StudyOptions options;
  @Mixin private CandidateOptions candidateOptions;

  @Override
  public Integer call() throws IOException {
    candidateOptions.check();
    options.open(this::run);
    return 0;
  }

  private void run(StudyOptions.Open study) throws IOException {
    BenchmarkSettings settings = options.settings();
    ImageComparison comparison = study.comparison();
    List<Candidate> candidates = candidateOptions.candidates(comparison.setup());
    List<CandidateResult> results;
    OtherWork others = OtherWork.fromNow();
    try (Workers<OpenStudy> workers = options.workers(study, settings.batches());
        Progress progress = new Progress("sampling", settings.samples())) {
      results =
          comparison.run(
              workers == null ? comparison.here() : workers,
              settings,
              candidates,
              IntStream.range(0, SHOWN),
              done -> progress.to(done, "of each of %d policies".formatted(candidates.size() + 1)));
    }
    Map<String, String> facts = Machine.facts(study.manager().getDevice());
    facts.put("libraryVersion", LibraryVersion.text());
    others.describe(facts);
    ComparisonFiles files =
        new ComparisonFiles(ComparisonOutcome.of(comparison, settings, facts, results));
    files.write(options.out());
    System.out.print(files.table());
    others.warning().ifPresent(System.err::println);
    System.out.println("report: " + options.out().resolve("report.html"));
  }
}
