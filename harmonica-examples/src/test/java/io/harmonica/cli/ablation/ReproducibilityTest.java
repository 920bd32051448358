package io.harmonica.cli.ablation;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.harmonica.cli.classifier.ReferenceClassifier;
import io.harmonica.cli.fashion.BundledClassifier;
import io.harmonica.cli.fashion.BundledDit;
import io.harmonica.cli.fashion.FashionMnist;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.ImageSubjects;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;

/**
 * The recorded table of the model of clothes. The folder of Fashion-MNIST, {@code
 * -Dharmonica.images=DIR}, lets rows of Learning-to-Cache take part.
 */
@Tag("slow")
final class ReproducibilityTest extends Reproducibility {

  @Override
  String table() {
    return "clothes";
  }

  @Override
  DiffusionPipeline open(AblationPlan plan) throws IOException {
    return BundledDit.pipeline(Device.cpu());
  }

  @Override
  ImageSubjects subjects(DiffusionPipeline pipeline, AblationPlan plan) {
    return pipeline.model().labels(classes(plan));
  }

  @Override
  int[] classes(AblationPlan plan) {
    return IntStream.range(0, plan.samples()).map(i -> i % FashionMnist.CLASSES.size()).toArray();
  }

  @Override
  ReferenceClassifier classifier(NDManager manager) throws IOException {
    return BundledClassifier.open(manager);
  }

  @Override
  Optional<FashionMnist> images() throws IOException {
    String folder = System.getProperty("harmonica.images");
    return folder == null ? Optional.empty() : Optional.of(FashionMnist.training(Path.of(folder)));
  }
}
