package io.harmonica.cli.ablation;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.compare.ImageComparison;
import io.harmonica.cli.compare.LabelledClassifier;
import io.harmonica.cli.fashion.BundledClassifier;
import io.harmonica.cli.fashion.FashionMnist;
import io.harmonica.diffusion.Guidance;
import io.harmonica.dit.RunnableDit;
import io.harmonica.pipeline.ImageDecoder;
import io.harmonica.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;

/** Runs ablations of the bundled model as the command does. */
final class BundledAblation {
  private BundledAblation() {}

  static Ablation.Outcome run(
      NDManager manager,
      RunnableDit model,
      AblationPlan plan,
      Optional<FashionMnist> images,
      Path routers)
      throws IOException {
    int[] labels =
        IntStream.range(0, plan.samples()).map(i -> i % FashionMnist.CLASSES.size()).toArray();
    Guidance guidance = model.guidance(plan.guidance());
    try (BundledClassifier classifier = BundledClassifier.open(manager);
        ImageDecoder decoder = ImageDecoder.open(manager, model, Optional.empty())) {
      ImageComparison comparison =
          new ImageComparison(
              model,
              (steps, seed) -> model.sampler(plan.sampler(), steps, seed),
              guidance,
              decoder,
              Optional.of(new LabelledClassifier(classifier, labels)));
      VariantTraining training = new VariantTraining(model, plan, images, "test");
      return new Ablation(training, comparison, model.requests(labels))
          .run(manager, routers, new Silent());
    }
  }

  private static final class Silent implements Ablation.Listener {
    @Override
    public TrainingListener training(String name) {
      return TrainingListener.NONE;
    }

    @Override
    public void comparing() {}

    @Override
    public void afterBatch(int samples) {}
  }
}
