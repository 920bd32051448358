package io.harmonica.cli.compare;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.sampling.ImageDecoder;
import io.harmonica.cli.sampling.ImageRequests;
import io.harmonica.cli.sampling.RunnableModel;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.eval.BenchmarkSettings;
import io.harmonica.eval.BenchmarkSubject;
import io.harmonica.eval.CandidateResult;
import io.harmonica.eval.PolicyBenchmark;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;

/**
 * A benchmark of policies, judged by what they look like.
 *
 * @param model the model
 * @param setup the run
 * @param decoder makes images of the model's samples
 * @param yardstick judges images, where the model makes images that it knows
 */
public record ImageComparison(
    RunnableModel model, SamplingSetup setup, ImageDecoder decoder, Optional<Yardstick> yardstick) {

  /**
   * Compares.
   *
   * @param manager its device computes
   * @param settings how
   * @param entrants what is compared with the run without a cache
   * @param requests what each sample is asked to show
   * @param toShow which samples' images to keep
   * @param progress told how many samples each entrant has made
   * @return one standing for each entrant, behind that of the run without a cache
   * @throws IllegalArgumentException if an entrant or a request does not fit
   */
  public List<Standing> run(
      NDManager manager,
      BenchmarkSettings settings,
      List<Entrant> entrants,
      ImageRequests requests,
      IntPredicate toShow,
      IntConsumer progress) {
    if (requests.count() != settings.samples()) {
      throw new IllegalArgumentException(
          "%d requests for %d samples".formatted(requests.count(), settings.samples()));
    }
    BenchmarkSubject subject =
        new BenchmarkSubject(
            setup, (owner, first, last) -> requests.range(first, last).conditioning(owner));
    PolicyBenchmark benchmark =
        new PolicyBenchmark(subject, settings, entrants.stream().map(Entrant::candidate).toList());
    ImageJudge judge = new ImageJudge(1 + entrants.size(), decoder, yardstick, toShow, progress);
    List<CandidateResult> results = benchmark.run(manager, judge);
    List<Standing> standings = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      CandidateResult result = results.get(i);
      Entrant entrant = i == 0 ? Entrant.rule(result.candidate()) : entrants.get(i - 1);
      standings.add(new Standing(entrant, result, judge.verdict(i, settings.seed())));
    }
    return standings;
  }
}
