package io.harmonica.cli.emoji;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.classifier.ReferenceClassifier;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** The small text-to-image model of emoji that the examples ship, and what judges its images. */
public final class BundledText {
  /** What it is called on the command line, and its folder. */
  public static final String NAME = "bundled-text";

  /** The guidance scale that suits it. */
  public static final double GUIDANCE = 3;

  private static final String RESOURCES = "/io/harmonica/cli/emoji/";

  /** The description comes last, since it makes the folder a pipeline. */
  private static final List<String> FILES =
      List.of(
          "tokenizer/spiece.model",
          "tokenizer/tokenizer_config.json",
          "text_encoder/config.json",
          "text_encoder/model.safetensors",
          "transformer/config.json",
          "transformer/diffusion_pytorch_model.safetensors",
          "scheduler/scheduler_config.json",
          "model_index.json");

  private BundledText() {}

  /** Holds the folder that this process unpacked. */
  private static final class Unpacked {
    private static Path folder;

    private Unpacked() {}
  }

  /**
   * Unpacks the pipeline, once in a process, into a temporary folder that goes with it.
   *
   * @return the folder, which a pipeline opens like any other
   * @throws IOException if a resource is missing or the files cannot be written
   */
  public static synchronized Path folder() throws IOException {
    if (Unpacked.folder == null) {
      Path folder = Files.createTempDirectory("harmonica").resolve(NAME);
      folder.getParent().toFile().deleteOnExit();
      Files.createDirectory(folder).toFile().deleteOnExit();
      for (String file : FILES) {
        Path target = folder.resolve(file);
        if (!Files.exists(target.getParent())) {
          Files.createDirectory(target.getParent()).toFile().deleteOnExit();
        }
        target.toFile().deleteOnExit();
        Files.write(target, resource("model/" + file));
      }
      Unpacked.folder = folder;
    }
    return Unpacked.folder;
  }

  /**
   * Opens the classifier that tells which emoji an image shows.
   *
   * @param manager owns the weights
   * @return the classifier; the caller closes it
   * @throws IOException if the resource is missing or damaged
   */
  public static ReferenceClassifier classifier(NDManager manager) throws IOException {
    return ReferenceClassifier.open(manager, RESOURCES + "classifier.safetensors");
  }

  /**
   * Returns the captions that the model was trained on.
   *
   * @return each with the classifier's class of its image
   * @throws IOException if the resource is missing
   */
  public static Map<String, Integer> training() throws IOException {
    return classes("captions.tsv");
  }

  /**
   * Returns captions of known words that the training did not see.
   *
   * @return each with the classifier's class of the image that it means
   * @throws IOException if the resource is missing
   */
  public static Map<String, Integer> heldOut() throws IOException {
    return classes("held-out.tsv");
  }

  /**
   * Returns a caption for every image of the training, to make routers and comparisons with.
   *
   * @return the captions
   * @throws IOException if the resource is missing
   */
  public static List<String> prompts() throws IOException {
    Set<String> prompts = new LinkedHashSet<>();
    for (String[] line : lines("captions.tsv")) {
      if (line[1].startsWith("an emoji of ")) {
        prompts.add(line[1]);
      }
    }
    return List.copyOf(prompts);
  }

  /**
   * Returns some of the {@linkplain #prompts() captions}, evenly spread.
   *
   * @param count how many, if there are so many
   * @return the captions
   * @throws IOException if the resource is missing
   */
  public static List<String> prompts(int count) throws IOException {
    List<String> all = prompts();
    int some = Math.min(count, all.size());
    return IntStream.range(0, some).mapToObj(i -> all.get(i * all.size() / some)).toList();
  }

  /** The classifier's classes are the images of the second file in turn: it names them all. */
  private static Map<String, Integer> classes(String file) throws IOException {
    Map<String, Integer> images = new HashMap<>();
    for (String[] line : lines("held-out.tsv")) {
      images.putIfAbsent(line[0], images.size());
    }
    Map<String, Integer> classes = new LinkedHashMap<>();
    for (String[] line : lines(file)) {
      classes.putIfAbsent(line[1], images.get(line[0]));
    }
    return classes;
  }

  private static List<String[]> lines(String file) throws IOException {
    String text = new String(resource(file), StandardCharsets.UTF_8);
    return text.lines().map(line -> line.split("\t", -1)).toList();
  }

  private static byte[] resource(String file) throws IOException {
    try (InputStream in = BundledText.class.getResourceAsStream(RESOURCES + file)) {
      if (in == null) {
        throw new IOException(
            "the bundled text-to-image model is not on the class path; build the examples anew");
      }
      return in.readAllBytes();
    }
  }
}
