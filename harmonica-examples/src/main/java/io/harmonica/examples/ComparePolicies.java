package io.harmonica.examples;

import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.eval.BenchmarkListener;
import io.harmonica.eval.BenchmarkSettings;
import io.harmonica.eval.BenchmarkSubject;
import io.harmonica.eval.Candidate;
import io.harmonica.eval.CandidateResult;
import io.harmonica.eval.PolicyBenchmark;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.ImageSubjects;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Compares policies on the same noise: {@code MODEL STEPS SAMPLES POLICY...}. */
public final class ComparePolicies {
  private ComparePolicies() {}

  /**
   * Runs the program.
   *
   * @param args a model's folder or file, the number of steps T, how many samples each policy
   *     makes, and policies such as {@code interval:2} or {@code steps:10}
   * @throws IOException if a file cannot be read
   */
  public static void main(String[] args) throws IOException {
    int samples = Integer.parseInt(args[2]);
    try (DiffusionPipeline pipeline = DiffusionPipeline.open(Path.of(args[0]))) {
      SamplingSetup setup = pipeline.setup(Integer.parseInt(args[1]));
      ImageSubjects subjects = pipeline.model().inTurn(samples);
      BenchmarkSubject subject =
          new BenchmarkSubject(
              setup, (owner, first, last) -> subjects.range(first, last).conditioning(owner));
      List<Candidate> candidates = new ArrayList<>();
      for (String policy : List.of(args).subList(3, args.length)) {
        candidates.add(Candidate.parse(policy, setup));
      }
      BenchmarkSettings settings = new BenchmarkSettings(setup.steps(), samples, 10, 1);
      for (CandidateResult result :
          new PolicyBenchmark(subject, settings, candidates)
              .run(pipeline.manager(), BenchmarkListener.NONE)) {
        System.out.printf(
            "%-16s %.2fx in theory, %.2fx measured, squared error of x_0 %.3g%n",
            result.candidate().name(),
            result.theoreticalSpeedup(),
            result.measuredSpeedup().value(),
            result.error().value());
      }
    }
  }
}
