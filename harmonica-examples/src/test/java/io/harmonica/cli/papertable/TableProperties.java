package io.harmonica.cli.papertable;

import io.harmonica.kernel.Precision;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A table as system properties describe it; docs/paper-table.md lists them.
 *
 * @param properties the properties
 */
record TableProperties(Properties properties) {
  static final String PREFIX = "harmonica.paper.";

  /** Whether they name the network and any model. */
  boolean complete(List<PaperStudy> studies) {
    return text("inception").isPresent() && !files(studies).isEmpty();
  }

  /** The studies that are asked for; all if none is named. */
  List<PaperStudy> chosen(List<PaperStudy> all) {
    Optional<String> names = text("studies");
    if (names.isEmpty()) {
      return all;
    }
    Set<String> wanted = Arrays.stream(names.get().split(",")).collect(Collectors.toSet());
    List<PaperStudy> found = all.stream().filter(study -> wanted.remove(study.name())).toList();
    if (!wanted.isEmpty()) {
      throw new IllegalArgumentException(
          PREFIX + "studies names " + wanted + ", expected some of " + names(all));
    }
    return found;
  }

  private static String names(List<PaperStudy> studies) {
    return studies.stream().map(PaperStudy::name).collect(Collectors.joining(", "));
  }

  PaperTable table(List<PaperStudy> studies, Trainings trainings, TableListener listener) {
    return new PaperTable(settings(trainings), files(studies), listener);
  }

  private TableSettings settings(Trainings trainings) {
    return new TableSettings(
        Path.of(text("out").orElse("target/paper-table")),
        Path.of(text("inception").orElseThrow()),
        path("clip"),
        Integer.parseInt(text("images").orElse("50000")),
        Integer.parseInt(text("batch").orElse("16")),
        Long.parseLong(text("seed").orElse("0")),
        Precision.valueOf(text("precision").orElse("float32").toUpperCase(Locale.ROOT)),
        trainings);
  }

  private Map<String, StudyFiles> files(List<PaperStudy> studies) {
    Map<String, Path> routers = new HashMap<>();
    for (PaperStudy study : studies) {
      path("router." + study.name()).ifPresent(file -> routers.put(study.name(), file));
    }
    Map<String, StudyFiles> files = new HashMap<>();
    for (PaperStudy study : studies) {
      String model = study.model() + ".";
      Optional<Path> found = path(model + "model");
      Optional<Path> reference = path(model + "reference");
      if (found.isPresent() && reference.isPresent()) {
        files.put(
            study.model(),
            new StudyFiles(
                found.get(),
                path(model + "vae"),
                path(model + "prompts"),
                reference.get(),
                routers));
      }
    }
    return files;
  }

  private Optional<Path> path(String name) {
    return text(name).map(Path::of);
  }

  private Optional<String> text(String name) {
    return Optional.ofNullable(properties.getProperty(PREFIX + name));
  }
}
