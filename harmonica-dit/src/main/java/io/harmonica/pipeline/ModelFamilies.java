package io.harmonica.pipeline;

import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.model.Footprint;
import io.harmonica.model.ModelFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** Finds the family that opens a path. */
final class ModelFamilies {
  private static final String INDEX = "model_index.json";

  /** Whose messages say what is missing where nobody knows a path. */
  private static final String FALLBACK = "dit";

  private ModelFamilies() {}

  /** Lists the families: the one that takes whatever is left comes last. */
  static List<ModelFamily> all() {
    List<ModelFamily> families = new ArrayList<>();
    List<ModelFamily> last = new ArrayList<>();
    for (ModelFamily family : ServiceLoader.load(ModelFamily.class, loader())) {
      (family.name().equals(FALLBACK) ? last : families).add(family);
    }
    families.addAll(last);
    return families;
  }

  private static ClassLoader loader() {
    return ModelFamily.class.getClassLoader();
  }

  static ModelFamily of(Path path, PipelineOptions options) throws IOException {
    if (options.family().isPresent()) {
      return named(options.family().get());
    }
    Optional<String> pipeline = ModelFiles.pipelineClass(path);
    if (pipeline.isPresent()) {
      return ofPipeline(path, pipeline.get());
    }
    for (ModelFamily family : all()) {
      if (family.recognises(path, options)) {
        return family;
      }
    }
    throw new IllegalArgumentException(
        "%s is a model of no known family; expected one of %s".formatted(path, names()));
  }

  private static ModelFamily named(String name) {
    return all().stream()
        .filter(family -> family.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "model family \"%s\" is unknown, expected one of %s".formatted(name, names())));
  }

  private static ModelFamily ofPipeline(Path folder, String name) {
    List<String> known = new ArrayList<>();
    for (ModelFamily family : all()) {
      if (family.pipelineClasses().contains(name)) {
        return family;
      }
      known.addAll(family.pipelineClasses());
    }
    String last = known.remove(known.size() - 1);
    throw new IllegalArgumentException(
        "%s: the pipeline is %s, which is not supported; expected %s or %s"
            .formatted(
                folder.resolve(INDEX),
                name.isEmpty()
                    ? "of an unnamed class"
                    : "a " + MalformedCheckpointException.quote(name),
                String.join(", ", known),
                last));
  }

  static Footprint footprint(String size, int pixels) {
    return all().stream()
        .flatMap(family -> family.footprint(size, pixels).stream())
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "\"%s\" is no public size of the families %s; expected one such as DiT-XL/2"
                        .formatted(size, names())));
  }

  private static String names() {
    return all().stream().map(ModelFamily::name).collect(Collectors.joining(", "));
  }
}
