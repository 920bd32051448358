package io.harmonica.cli.compare;

import io.harmonica.eval.CandidateBatch;
import io.harmonica.eval.PolicyBenchmark;
import io.harmonica.pipeline.DiffusionPipeline;
import java.util.List;

/** The bench of pieces of a comparison or an ablation. */
public final class OpenStudy implements AutoCloseable {
  private final ImageComparison comparison;

  /** What this process has warmed up for. */
  private ComparisonSpec warm;

  /**
   * Opens the bench.
   *
   * @param comparison the model and by what its images are judged; closed with the bench
   */
  public OpenStudy(ImageComparison comparison) {
    this.comparison = comparison;
  }

  /** {@return the model} */
  public DiffusionPipeline pipeline() {
    return comparison.pipeline();
  }

  ComparisonPiece.Found batch(ComparisonSpec spec, int number) {
    PolicyBenchmark benchmark = comparison.benchmark(spec.settings(), spec.candidates());
    if (!spec.equals(warm)) {
      benchmark.warmUp(pipeline().manager());
      warm = spec;
    }
    ImageScoring scoring = new ImageScoring(comparison, spec);
    List<CandidateBatch> measured = benchmark.batch(pipeline().manager(), number, scoring);
    return new ComparisonPiece.Found(measured, scoring.found());
  }

  @Override
  public void close() {
    comparison.classifier().ifPresent(labelled -> labelled.classifier().close());
    pipeline().close();
  }
}
