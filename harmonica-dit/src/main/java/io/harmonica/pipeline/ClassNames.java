package io.harmonica.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a model's classes are called, so that they can be asked for by name. A class has a first
 * name, which it is shown by, and may have others. Case, hyphens and underscores do not matter.
 */
public final class ClassNames {
  /** How many classes ImageNet's challenge of 2012 has. */
  public static final int IMAGENET_CLASSES = 1000;

  private static final String IMAGENET = "imagenet-classes.txt";
  private static final int SHOWN = 5;

  private final int classes;
  private final List<List<String>> names;

  private ClassNames(int classes, List<List<String>> names) {
    this.classes = classes;
    this.names = names;
  }

  /**
   * Names classes.
   *
   * @param names the names of each class by label, the one to show first
   * @return the names
   */
  public static ClassNames of(List<List<String>> names) {
    return new ClassNames(names.size(), names.stream().map(List::copyOf).toList());
  }

  /**
   * Leaves classes without names.
   *
   * @param classes how many there are
   * @return names that know numbers alone
   */
  public static ClassNames none(int classes) {
    return new ClassNames(classes, List.of());
  }

  /**
   * Names the classes of ImageNet's challenge of 2012 by WordNet's words, in the order of their
   * labels. Those that share their only words with others ("crane") got one more.
   *
   * @return the names of 1000 classes
   * @throws IOException if the list is not on the class path
   */
  public static ClassNames imageNet() throws IOException {
    try (InputStream in = ClassNames.class.getResourceAsStream(IMAGENET)) {
      if (in == null) {
        throw new IOException(
            "ImageNet's class names are not on the class path; build the library anew");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return of(text.lines().map(line -> List.of(line.split(", ", -1))).toList());
    }
  }

  /**
   * Names the classes of a model that does not say what they are: as many as ImageNet has are taken
   * to be ImageNet's.
   *
   * @param classes how many there are
   * @return their names, or numbers alone
   * @throws IOException if the list is not on the class path
   */
  public static ClassNames usual(int classes) throws IOException {
    return classes == IMAGENET_CLASSES ? imageNet() : none(classes);
  }

  /**
   * Returns what a class is shown as.
   *
   * @param label the class
   * @return its first name, or {@code label 3} if it has none
   */
  public String name(int label) {
    return named(label) ? names.get(label).get(0) : "label " + label;
  }

  /**
   * Returns what a class is called in a file's name: its number, since names need not differ, and
   * its first name.
   *
   * @param label the class
   * @return for example {@code 207-golden-retriever}, or the word label and the number if it has no
   *     name
   */
  public String fileName(int label) {
    return named(label)
        ? label + "-" + name(label).replaceAll("[^A-Za-z0-9]+", "-")
        : "label" + label;
  }

  private boolean named(int label) {
    return label >= 0 && label < names.size();
  }

  /**
   * Reads a list of classes.
   *
   * @param text numbers and names, separated by commas
   * @return the labels; numbers are taken as they are, whether or not there is such a class
   * @throws IllegalArgumentException if a name is unknown, or is that of several classes; the
   *     message says which to choose from
   */
  public int[] labels(String text) {
    return labels(List.of(text.split(",", -1)));
  }

  /**
   * Finds classes.
   *
   * @param asked numbers and names
   * @return the labels; numbers are taken as they are, whether or not there is such a class
   * @throws IllegalArgumentException if a name is unknown, or is that of several classes; the
   *     message says which to choose from
   */
  public int[] labels(List<String> asked) {
    return asked.stream().mapToInt(this::label).toArray();
  }

  /** {@return the number of classes} */
  public int count() {
    return classes;
  }

  /**
   * Chooses labels for a look at the whole model.
   *
   * @param samples how many
   * @return all classes in turn, or where there are more than samples, evenly spread ones
   */
  public int[] spread(int samples) {
    return IntStream.range(0, samples)
        .map(i -> samples < classes ? (int) ((long) i * classes / samples) : i % classes)
        .toArray();
  }

  private int label(String text) {
    String wanted = text.strip();
    if (wanted.matches("[-+]?[0-9]+")) {
      try {
        return Integer.parseInt(wanted);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "label %s is out of range, expected 0 to %d".formatted(wanted, classes - 1), e);
      }
    }
    if (names.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no class \"%s\": this model's classes have no names; give numbers from 0 to %d"
              .formatted(wanted, classes - 1));
    }
    String key = key(wanted);
    List<Integer> found = find(all -> key(all.get(0)).equals(key));
    if (found.isEmpty()) {
      found = find(all -> all.stream().anyMatch(name -> key(name).equals(key)));
    }
    if (found.size() != 1) {
      throw new IllegalArgumentException(
          found.isEmpty() ? unknown(wanted) : several(wanted, found));
    }
    return found.get(0);
  }

  private List<Integer> find(Predicate<List<String>> accepts) {
    List<Integer> found = new ArrayList<>();
    for (int label = 0; label < names.size(); label++) {
      if (accepts.test(names.get(label))) {
        found.add(label);
      }
    }
    return found;
  }

  private String several(String wanted, List<Integer> found) {
    return "\"%s\" is the name of several classes; give the number or another name: %s"
        .formatted(
            wanted,
            found.stream()
                .map(label -> label + " (" + String.join(", ", names.get(label)) + ")")
                .collect(Collectors.joining(", ")));
  }

  private String unknown(String wanted) {
    String key = key(wanted);
    Map<Integer, Integer> distances = new LinkedHashMap<>();
    for (int label = 0; label < names.size(); label++) {
      int nearest = Integer.MAX_VALUE;
      for (String name : names.get(label)) {
        nearest = Math.min(nearest, distance(key, key(name)));
      }
      if (nearest <= Math.max(1, key.length() / 2)) {
        distances.put(label, nearest);
      }
    }
    String nearest =
        distances.entrySet().stream()
            .sorted(Comparator.comparing(Map.Entry::getValue)) // stable: then by label
            .limit(SHOWN)
            .map(entry -> entry.getKey() + " (" + name(entry.getKey()) + ")")
            .collect(Collectors.joining(", "));
    return "there is no class \"%s\"%s; give a name of the model's classes or a number from 0 to %d"
        .formatted(wanted, nearest.isEmpty() ? "" : ", nearest: " + nearest, classes - 1);
  }

  /** Letters to change, add and drop; a name that holds the word, or part of it, is near. */
  private static int distance(String word, String name) {
    if (!word.isEmpty() && (name.contains(word) || word.contains(name))) {
      return 1;
    }
    int[] above = new int[name.length() + 1];
    Arrays.setAll(above, column -> column);
    for (int row = 1; row <= word.length(); row++) {
      int[] current = new int[above.length];
      current[0] = row;
      for (int column = 1; column < current.length; column++) {
        int changed = word.charAt(row - 1) == name.charAt(column - 1) ? 0 : 1;
        current[column] =
            Math.min(above[column - 1] + changed, 1 + Math.min(above[column], current[column - 1]));
      }
      above = current;
    }
    return above[name.length()];
  }

  private static String key(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[\\s_-]+", " ").strip();
  }
}
