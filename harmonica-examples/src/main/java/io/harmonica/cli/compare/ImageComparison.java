package io.harmonica.cli.compare;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.eval.BenchmarkSettings;
import io.harmonica.eval.BenchmarkSubject;
import io.harmonica.eval.Candidate;
import io.harmonica.eval.CandidateResult;
import io.harmonica.eval.PolicyBenchmark;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.ImageSubjects;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * A benchmark of policies, judged by what they look like.
 *
 * @param pipeline runs the model and makes images of its samples
 * @param setup the run
 * @param classifier judges images, where the model makes images that it knows
 */
public record ImageComparison(
    DiffusionPipeline pipeline, SamplingSetup setup, Optional<LabelledClassifier> classifier) {

  /**
   * Compares.
   *
   * @param manager its device computes
   * @param settings how
   * @param candidates what is compared with the run without a cache
   * @param requests what each sample is asked to show
   * @param toShow which samples' images to keep
   * @param progress told how many samples each candidate has made
   * @return one result for each candidate, behind that of the run without a cache
   * @throws IllegalArgumentException if a candidate or a request does not fit
   */
  public List<CandidateResult> run(
      NDManager manager,
      BenchmarkSettings settings,
      List<Candidate> candidates,
      ImageSubjects requests,
      IntPredicate toShow,
      IntConsumer progress) {
    if (requests.count() != settings.samples()) {
      throw new IllegalArgumentException(
          "%d requests for %d samples".formatted(requests.count(), settings.samples()));
    }
    BenchmarkSubject subject =
        new BenchmarkSubject(
            setup, (owner, first, last) -> requests.range(first, last).conditioning(owner));
    PolicyBenchmark benchmark = new PolicyBenchmark(subject, settings, candidates);
    ImageScoring scoring =
        new ImageScoring(1 + candidates.size(), pipeline.decoder(), classifier, toShow, progress);
    List<CandidateResult> results = benchmark.run(manager, scoring);
    return IntStream.range(0, results.size())
        .mapToObj(i -> scoring.scored(i, results.get(i), settings.seed()))
        .toList();
  }
}
