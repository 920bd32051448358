package io.harmonica.cli.ablation;

import io.harmonica.cli.classifier.ReferenceClassifier;
import io.harmonica.cli.compare.ImageComparison;
import io.harmonica.cli.compare.LabelledClassifier;
import io.harmonica.cli.fashion.BundledClassifier;
import io.harmonica.cli.fashion.FashionMnist;
import io.harmonica.cli.recipe.Recipe;
import io.harmonica.pipeline.DiffusionPipeline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;

/** Runs ablations of the bundled model as the command does. */
final class BundledAblation {
  private BundledAblation() {}

  static Ablation.Outcome run(
      DiffusionPipeline pipeline, AblationPlan plan, Optional<FashionMnist> images, Path routers)
      throws IOException {
    int[] labels =
        IntStream.range(0, plan.samples()).map(i -> i % FashionMnist.CLASSES.size()).toArray();
    try (ReferenceClassifier classifier = BundledClassifier.open(pipeline.manager())) {
      ImageComparison comparison =
          new ImageComparison(
              pipeline,
              pipeline.setup(plan.steps(), plan.sampler()).withGuidance(plan.guidance()),
              pipeline.model().labels(labels),
              Optional.of(new LabelledClassifier(classifier, labels)));
      VariantTraining training = new VariantTraining(pipeline, plan, images, "test");
      return new Ablation(training, comparison).run(Optional.empty(), routers, new Silent());
    }
  }

  private static final class Silent implements Ablation.Listener {
    @Override
    public Recipe.Listener training(String name) {
      return Recipe.Listener.NONE;
    }

    @Override
    public void trained(String name) {}

    @Override
    public void comparing() {}

    @Override
    public void afterBatch(int samples) {}
  }
}
