package io.harmonica.cli;

import io.harmonica.diffusion.Guidance;
import io.harmonica.plan.BranchKind;
import io.harmonica.router.Router;
import io.harmonica.router.RouterDescription;
import io.harmonica.router.RouterProvenance;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Where a router comes from, one fact a line. */
final class ProvenanceTable {
  private static final String UNKNOWN = "unknown";

  private ProvenanceTable() {}

  /** Returns the lines, each with a line's end. */
  static String of(Router router) {
    Map<String, String> facts = facts(router);
    int width = facts.keySet().stream().mapToInt(String::length).max().orElse(0);
    StringBuilder text = new StringBuilder();
    facts.forEach((name, value) -> text.append(line(name, value, width)));
    return text.toString();
  }

  private static String line(String name, String value, int width) {
    return name + " ".repeat(width - name.length()) + "  " + value + System.lineSeparator();
  }

  private static Map<String, String> facts(Router router) {
    RouterProvenance provenance = router.provenance();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("model", known(provenance.model()));
    facts.put("model SHA-256", known(provenance.modelHash()));
    facts.put("sampler", known(provenance.sampler()));
    facts.put("guidance", guidance(provenance));
    facts.put("threshold", Double.toString(provenance.threshold()));
    facts.put("seed", Long.toString(provenance.seed()));
    facts.put("library version", known(provenance.libraryVersion()));
    RouterDescription.of(router).ifPresent(found -> describe(found, router, facts));
    provenance
        .settings()
        .forEach(
            (name, value) -> {
              if (!isDescription(name) && !name.equals(Guidance.CONVENTION)) {
                facts.put(name, known(value));
              }
            });
    return facts;
  }

  /** With the formula where it is not the usual one, which also tells none from unknown. */
  private static String guidance(RouterProvenance provenance) {
    String formula = provenance.settings().get(Guidance.CONVENTION);
    if (formula != null) {
      return provenance.guidance() + " in " + formula;
    }
    return provenance.guidance() == 0 ? UNKNOWN : Double.toString(provenance.guidance());
  }

  /** Instead of a number for each branch. */
  private static void describe(RouterDescription found, Router router, Map<String, String> facts) {
    String kinds =
        found.layout().kinds().stream().map(BranchKind::label).collect(Collectors.joining(", "));
    facts.put(
        "branches",
        "%d: %d blocks of %s".formatted(found.layout().branches(), found.layout().blocks(), kinds));
    facts.put(
        "compute",
        String.format(
            Locale.ROOT,
            "%.1f million MACs a step, %.1f million of them outside branches",
            found.cost().full() / 1e6,
            found.cost().fixed() / 1e6));
    long bytes = found.cacheBytes(router.uncheckedPlan(), 2);
    if (bytes > 0) {
      facts.put(
          "cache",
          String.format(Locale.ROOT, "%.1f MB for each image under guidance", bytes / 1e6));
    }
  }

  private static boolean isDescription(String name) {
    return name.startsWith("layout_") || name.startsWith("macs_") || name.startsWith("feature_");
  }

  private static String known(String text) {
    return text.isEmpty() ? UNKNOWN : text;
  }
}
