package io.harmonica.cli.quickstart;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.classifier.ReferenceClassifier;
import io.harmonica.cli.emoji.BundledText;
import io.harmonica.cli.fashion.BundledClassifier;
import io.harmonica.cli.fashion.BundledDit;
import io.harmonica.cli.fashion.FashionMnist;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.ImageSubjects;
import io.harmonica.pipeline.PipelineOptions;
import io.harmonica.text.Prompts;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A bundled model as a quickstart runs it.
 *
 * @param pipeline the model
 * @param classifier judges its images
 * @param setup how it samples
 * @param names what images are asked to show, as the pictures say it
 * @param classes the classifier's class of each of them
 */
public record Showcase(
    DiffusionPipeline pipeline,
    ReferenceClassifier classifier,
    SamplingSetup setup,
    List<String> names,
    List<Integer> classes)
    implements AutoCloseable {
  private static final double CLOTHES_GUIDANCE = 2;
  private static final int CAPTIONS = 10;

  /** Opens a bundled model. */
  @FunctionalInterface
  public interface Source {
    /**
     * Opens it.
     *
     * @param manager its device computes
     * @return the model, which the caller closes
     * @throws IOException if a resource is missing or damaged
     */
    Showcase open(NDManager manager) throws IOException;
  }

  /**
   * Opens the DiT of clothes, with DDIM and guidance 2.
   *
   * @param manager its device computes
   * @return the model, which the caller closes
   * @throws IOException if a resource is missing or damaged
   */
  public static Showcase clothes(NDManager manager) throws IOException {
    DiffusionPipeline pipeline = BundledDit.pipeline(manager.getDevice());
    return new Showcase(
        pipeline,
        BundledClassifier.open(manager),
        pipeline.setup(Quickstart.STEPS, "ddim").withGuidance(CLOTHES_GUIDANCE),
        FashionMnist.CLASSES,
        IntStream.range(0, FashionMnist.CLASSES.size()).boxed().toList());
  }

  /**
   * Opens the text-to-image model of emoji, with its own sampler and guidance. Routers are made
   * with all its captions, pictures with ten.
   *
   * @param manager its device computes
   * @return the model, which the caller closes
   * @throws IOException if a resource is missing or damaged
   */
  public static Showcase emoji(NDManager manager) throws IOException {
    List<String> all = BundledText.prompts();
    Map<String, Integer> classes = BundledText.training();
    DiffusionPipeline pipeline =
        DiffusionPipeline.open(
            BundledText.folder(),
            PipelineOptions.defaults().device(manager.getDevice()).prompts(new Prompts(all, "")));
    List<String> some = BundledText.prompts(CAPTIONS);
    return new Showcase(
        pipeline,
        BundledText.classifier(manager),
        pipeline.setup(Quickstart.STEPS).withGuidance(BundledText.GUIDANCE),
        some,
        some.stream().map(classes::get).toList());
  }

  /** What is asked for, the same as often as is said, one after the other. */
  ImageSubjects subjects(int each) throws IOException {
    if (pipeline.model().classes().isPresent()) {
      return pipeline.model().labels(labels(each));
    }
    List<String> asked =
        names.stream().flatMap(name -> Collections.nCopies(each, name).stream()).toList();
    return pipeline.model().prompts(new Prompts(asked, ""));
  }

  /** The classifier's class of each of the subjects. */
  int[] labels(int each) {
    return classes.stream()
        .flatMapToInt(label -> IntStream.generate(() -> label).limit(each))
        .toArray();
  }

  @Override
  public void close() {
    classifier.close();
    pipeline.close();
  }
}
