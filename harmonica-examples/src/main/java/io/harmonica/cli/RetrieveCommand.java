package io.harmonica.cli;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.classifier.ReferenceClassifier;
import io.harmonica.cli.emoji.BundledText;
import io.harmonica.cli.emoji.Retrieval;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.ImageRequest;
import io.harmonica.pipeline.PipelineOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tells how often a model of emoji paints what its captions say. */
@Command(
    name = "retrieve",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Paints captions of the bundled emoji, and lets a classifier find the right one out of 100:"
            + " captions of the training, captions with known words in another order, and emoji"
            + " that the training did not see.")
final class RetrieveCommand implements Callable<Integer> {
  private static final String PHRASE = "a picture of ";

  @Option(
      names = "--model",
      paramLabel = "PATH",
      defaultValue = BundledText.NAME,
      description = "the pipeline (${DEFAULT-VALUE})")
  private String model;

  @Option(
      names = "--samples",
      defaultValue = "100",
      description = "images of each list (${DEFAULT-VALUE})")
  private int samples;

  @Mixin private SamplingOptions sampling;
  @Mixin private PolicyOptions policy;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "of captions, noise and choices (${DEFAULT-VALUE})")
  private long seed;

  @Mixin private DeviceOption device;

  @Override
  public Integer call() throws IOException {
    if (samples < 1) {
      throw new IllegalArgumentException("--samples is " + samples + ", expected at least 1");
    }
    Path folder = model.equals(BundledText.NAME) ? BundledText.folder() : Path.of(model);
    try (NDManager manager = device.open();
        DiffusionPipeline pipeline =
            DiffusionPipeline.open(folder, PipelineOptions.defaults().device(manager.getDevice()));
        ReferenceClassifier classifier = BundledText.classifier(manager)) {
      Map<String, Integer> heldOut = BundledText.heldOut();
      List<String> all = List.copyOf(heldOut.keySet());
      report("training captions", pipeline, classifier, BundledText.training(), List.of());
      report("new phrases", pipeline, classifier, heldOut, matching(all, true));
      report("new emoji", pipeline, classifier, heldOut, matching(all, false));
    }
    return 0;
  }

  private static List<String> matching(List<String> captions, boolean phrase) {
    return captions.stream().filter(text -> text.startsWith(PHRASE) == phrase).toList();
  }

  private void report(
      String name,
      DiffusionPipeline pipeline,
      ReferenceClassifier classifier,
      Map<String, Integer> classes,
      List<String> some)
      throws IOException {
    List<String> asked = drawn(some.isEmpty() ? List.copyOf(classes.keySet()) : some);
    float[][] images =
        pipeline
            .sample(
                sampling
                    .apply(ImageRequest.prompts(asked.toArray(String[]::new)))
                    .cache(policy.policy())
                    .seed(seed))
            .pixels()
            .values();
    int[] right = asked.stream().mapToInt(classes::get).toArray();
    Retrieval found =
        Retrieval.of(classifier.classifier().judge(images).likelihoods(), right, seed);
    System.out.printf(
        Locale.ROOT,
        "%-18s %d of %d found among 100: %.1f%%%n",
        name,
        found.found(),
        found.images(),
        100 * found.share());
  }

  /** Each once before any comes again. */
  private List<String> drawn(List<String> captions) {
    List<String> shuffled = new ArrayList<>(captions);
    Collections.shuffle(shuffled, new Random(seed));
    String[] drawn = new String[samples];
    Arrays.setAll(drawn, i -> shuffled.get(i % shuffled.size()));
    return List.of(drawn);
  }
}
