package io.harmonica.examples;

import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.ImageRequest;
import io.harmonica.pipeline.Images;
import io.harmonica.plan.BranchKind;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.CachePolicy;
import io.harmonica.plan.PlanRequest;
import java.io.IOException;
import java.nio.file.Path;

/** Samples with a rule of one's own: {@code MODEL STEPS}. */
public final class OwnRule {
  private OwnRule() {}

  /** Computes attention at every step, and feed-forward layers at every second one. */
  private static final class LazyFeedForward implements CachePolicy {
    @Override
    public CachePlan plan(PlanRequest request) {
      BranchLayout layout = request.layout();
      return CachePlan.of(
          request.steps(),
          layout.branches(),
          (step, branch) -> layout.kind(branch) != BranchKind.FEED_FORWARD || step % 2 == 0);
    }

    @Override
    public String name() {
      return "lazy-feed-forward";
    }
  }

  /**
   * Runs the program.
   *
   * @param args a model's folder or file, and the number of steps T
   * @throws IOException if a file cannot be read
   */
  public static void main(String[] args) throws IOException {
    try (DiffusionPipeline pipeline = DiffusionPipeline.open(Path.of(args[0]))) {
      ImageRequest request = ImageRequest.labels(1, 2).steps(Integer.parseInt(args[1]));
      Images images = pipeline.sample(request.cache(new LazyFeedForward()));
      System.out.printf("%d images with this plan:%n%s", images.count(), images.plan());
    }
  }
}
