package io.harmonica.router;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Translates between a router's provenance and the {@code args} of public router files. Arguments
 * without a place of their own become settings under the same name, and settings become arguments.
 */
final class PublicArguments {
  static final String GROUP = "args";
  static final String STEPS = "num_sampling_steps";

  private static final String MODEL = "model";
  private static final String GUIDANCE = "cfg_scale";
  private static final String THRESHOLD = "ste_threshold";
  private static final String SEED = "global_seed";

  // Names that the public code does not know.
  private static final String MODEL_HASH = "model_sha256";
  private static final String SAMPLER = "sampler";
  private static final String VERSION = "library_version";

  /** The setting that names the public rows whose logits were not taken from the file. */
  private static final String FILLED = "rows_without_training";

  private static final String USUAL_THRESHOLD = "0.1";
  private static final int MAX_SETTINGS = 200;
  private static final int MAX_LENGTH = 10_000;

  private PublicArguments() {}

  /**
   * Makes the provenance out of a file's plain values.
   *
   * @param metadata the values, by names such as {@code args.lr}
   * @param filled the rows that compute everything because nobody trained them, or nothing
   * @throws IllegalArgumentException if a value is not what its name promises
   */
  static RouterProvenance read(Map<String, String> metadata, String filled) {
    Map<String, String> arguments = new LinkedHashMap<>();
    metadata.forEach(
        (name, value) -> {
          if (name.startsWith(GROUP + ".") && arguments.size() < MAX_SETTINGS) {
            if (isPrintable(name) && isPrintable(value)) {
              arguments.put(name.substring(GROUP.length() + 1), value);
            }
          }
        });
    arguments.remove(STEPS);
    String model = take(arguments, "unknown", MODEL);
    String hash = take(arguments, "", MODEL_HASH);
    String sampler = take(arguments, "", SAMPLER);
    double guidance = number(take(arguments, "0", GUIDANCE), "guidance");
    double threshold =
        number(take(arguments, USUAL_THRESHOLD, THRESHOLD, "thres", "tau"), "threshold");
    long seed = whole(take(arguments, "0", SEED, "seed"));
    String version = take(arguments, "", VERSION);
    if (!filled.isEmpty()) {
      arguments.put(FILLED, filled);
    }
    return new RouterProvenance(
        model, hash, sampler, guidance, threshold, seed, version, arguments);
  }

  /** Makes the arguments for a router's file; reading them gives its provenance again. */
  static Map<String, Object> of(Router scores) {
    RouterProvenance provenance = scores.provenance();
    Map<String, Object> arguments = new LinkedHashMap<>();
    arguments.put(MODEL, provenance.model());
    arguments.put(STEPS, scores.steps());
    arguments.put(GUIDANCE, provenance.guidance());
    arguments.put(THRESHOLD, provenance.threshold());
    arguments.put(SEED, provenance.seed());
    arguments.put(MODEL_HASH, provenance.modelHash());
    arguments.put(SAMPLER, provenance.sampler());
    arguments.put(VERSION, provenance.libraryVersion());
    provenance.settings().forEach((name, value) -> arguments.putIfAbsent(name, typed(value)));
    return arguments;
  }

  /** The value of the first name that is there; other names stay, as settings. */
  private static String take(Map<String, String> arguments, String otherwise, String... names) {
    for (String name : List.of(names)) {
      String value = arguments.remove(name);
      if (value != null) {
        return value;
      }
    }
    return otherwise;
  }

  /** A number or truth value where that reads back as the same text, else the text. */
  private static Object typed(String value) {
    if (value.equals("true") || value.equals("false")) {
      return Boolean.valueOf(value);
    }
    try {
      Number number = Double.valueOf(value);
      if (value.matches("-?[0-9]+")) {
        number = Long.valueOf(value);
      }
      return number.toString().equals(value) ? number : value;
    } catch (NumberFormatException e) {
      return value;
    }
  }

  private static double number(String value, String name) {
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("the router's " + name + " is not a number", e);
    }
  }

  private static long whole(String value) {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("the router's seed is not a whole number", e);
    }
  }

  /** Texts from a file may be shown on a terminal and must not command it. */
  private static boolean isPrintable(String text) {
    return text.length() <= MAX_LENGTH && text.chars().noneMatch(Character::isISOControl);
  }
}
