package io.harmonica.cli.compare;

import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.eval.BenchmarkSettings;
import io.harmonica.eval.BenchmarkSubject;
import io.harmonica.eval.Candidate;
import io.harmonica.eval.CandidateBatch;
import io.harmonica.eval.CandidateResult;
import io.harmonica.eval.PolicyBenchmark;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.ImageSubjects;
import io.harmonica.work.Workers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * A benchmark of policies, judged by what they look like.
 *
 * @param pipeline runs the model and makes images of its samples
 * @param setup the run
 * @param requests what each sample is asked to show
 * @param classifier judges images, where the model makes images that it knows
 */
public record ImageComparison(
    DiffusionPipeline pipeline,
    SamplingSetup setup,
    ImageSubjects requests,
    Optional<LabelledClassifier> classifier) {

  /** {@return this process as the one worker; model and classifier stay the caller's} */
  public Workers<OpenStudy> here() {
    return Workers.here(new OpenStudy(this));
  }

  /**
   * Compares.
   *
   * @param workers have the same model open and ask for the same
   * @param settings how
   * @param candidates what is compared with the run without a cache
   * @param shown the samples whose images are kept
   * @param progress told how many samples each candidate has made
   * @return one result for each candidate, behind that of the run without a cache
   * @throws IOException if a worker fails
   * @throws IllegalArgumentException if a candidate or a request does not fit
   */
  public List<CandidateResult> run(
      Workers<OpenStudy> workers,
      BenchmarkSettings settings,
      List<Candidate> candidates,
      IntStream shown,
      IntConsumer progress)
      throws IOException {
    // Made first, since it refuses what does not fit.
    PolicyBenchmark benchmark = benchmark(settings, candidates);
    ComparisonSpec spec = ComparisonSpec.of(settings, candidates, shown.boxed().toList());
    List<List<CandidateBatch>> measured = new ArrayList<>();
    List<List<ImageBatch>> images = new ArrayList<>();
    workers.run(
        IntStream.range(0, settings.batches())
            .mapToObj(number -> new ComparisonPiece(spec, number))
            .toList(),
        (number, found) -> {
          measured.add(found.measured());
          images.add(found.images());
          progress.accept(settings.last(number));
        });
    List<CandidateResult> results = benchmark.results(measured);
    return IntStream.range(0, results.size())
        .mapToObj(i -> scored(results.get(i), i, images, settings.seed()))
        .toList();
  }

  PolicyBenchmark benchmark(BenchmarkSettings settings, List<Candidate> candidates) {
    if (requests.count() != settings.samples()) {
      throw new IllegalArgumentException(
          "%d requests for %d samples".formatted(requests.count(), settings.samples()));
    }
    BenchmarkSubject subject =
        new BenchmarkSubject(
            setup, (owner, first, last) -> requests.range(first, last).conditioning(owner));
    return new PolicyBenchmark(subject, settings, candidates);
  }

  /** A candidate's result with its images' scores, unless samples are latents of no picture. */
  private CandidateResult scored(
      CandidateResult result, int candidate, List<List<ImageBatch>> images, long seed) {
    if (images.get(0).isEmpty()) {
      return result;
    }
    ImageTally tally = new ImageTally(images.stream().map(all -> all.get(candidate)).toList());
    return result.withImages(tally.scores(classifier, seed));
  }
}
