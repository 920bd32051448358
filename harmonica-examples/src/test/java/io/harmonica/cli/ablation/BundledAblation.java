package io.harmonica.cli.ablation;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.compare.ImageComparison;
import io.harmonica.cli.compare.Yardstick;
import io.harmonica.cli.fashion.BundledClassifier;
import io.harmonica.cli.fashion.FashionMnist;
import io.harmonica.cli.sampling.ImageDecoder;
import io.harmonica.cli.sampling.RunnableDit;
import io.harmonica.diffusion.Guidance;
import io.harmonica.search.TargetTrainingListener;
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
              model.setup(
                  (steps, seed) -> model.sampler(plan.sampler(), steps, seed),
                  plan.steps(),
                  guidance),
              decoder,
              Optional.of(new Yardstick(classifier, labels)));
      VariantTraining training = new VariantTraining(model, plan, images, "test");
      return new Ablation(training, comparison, model.requests(labels))
          .run(manager, routers, new Silent());
    }
  }

  private static final class Silent implements Ablation.Listener {
    @Override
    public TargetTrainingListener training(String name) {
      return TargetTrainingListener.NONE;
    }

    @Override
    public void comparing() {}

    @Override
    public void afterBatch(int samples) {}
  }
}
