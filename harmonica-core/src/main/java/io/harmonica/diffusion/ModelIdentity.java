package io.harmonica.diffusion;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which model it is, so that what is learned on it can be told from what was learned on another.
 *
 * @param name for messages, such as the file's name
 * @param sha256 hash of the weights in hexadecimal; empty where there are no files
 * @param settings what else a result depends on, such as the precision or the prompts' hash
 */
public record ModelIdentity(String name, String sha256, Map<String, String> settings) {

  /**
   * Copies the settings, sorted by name.
   *
   * @param name see the record
   * @param sha256 see the record
   * @param settings see the record
   */
  public ModelIdentity {
    settings = Collections.unmodifiableMap(new TreeMap<>(settings));
  }

  /**
   * Names a model that has no files, such as a network made in a program.
   *
   * @param name for messages
   * @return the identity; a router that was trained for it fits every model with as many branches
   */
  public static ModelIdentity named(String name) {
    return new ModelIdentity(name, "", Map.of());
  }
}
