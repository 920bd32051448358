package io.harmonica.cli.ablation;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.harmonica.cli.classifier.ReferenceClassifier;
import io.harmonica.cli.emoji.BundledText;
import io.harmonica.cli.fashion.FashionMnist;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.ImageSubjects;
import io.harmonica.pipeline.PipelineOptions;
import io.harmonica.text.Prompts;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;

/** The recorded table of the model of emoji. */
@Tag("slow")
final class TextReproducibilityTest extends Reproducibility {

  @Override
  String table() {
    return "emoji";
  }

  @Override
  DiffusionPipeline open(AblationPlan plan) throws IOException {
    Prompts prompts = new Prompts(BundledText.prompts(plan.samples()), "");
    return DiffusionPipeline.open(
        BundledText.folder(), PipelineOptions.defaults().device(Device.cpu()).prompts(prompts));
  }

  @Override
  ImageSubjects subjects(DiffusionPipeline pipeline, AblationPlan plan) {
    return pipeline.model().inTurn(plan.samples());
  }

  @Override
  int[] classes(AblationPlan plan) throws IOException {
    List<String> prompts = BundledText.prompts(plan.samples());
    Map<String, Integer> classes = BundledText.training();
    return IntStream.range(0, plan.samples())
        .map(i -> classes.get(prompts.get(i % prompts.size())))
        .toArray();
  }

  @Override
  ReferenceClassifier classifier(NDManager manager) throws IOException {
    return BundledText.classifier(manager);
  }

  @Override
  Optional<FashionMnist> images() {
    return Optional.empty();
  }
}
