package io.harmonica.model;

import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The settings of a scheduler as they are read one by one, so that in the end those that nobody
 * asked for are known.
 */
final class SchedulerSettings {
  private final ModelJson members;
  private final Set<String> known = new HashSet<>();

  SchedulerSettings(ModelJson members) {
    this.members = members;
  }

  /** Settings that make no difference, whatever their value. */
  void ignore(String... names) {
    known.addAll(List.of(names));
  }

  boolean flag(String name, boolean otherwise) {
    known.add(name);
    return members.flag(name, otherwise);
  }

  int integer(String name, int otherwise) {
    known.add(name);
    return members.integer(name, otherwise);
  }

  /** A text out of several. */
  String oneOf(String name, String otherwise, Collection<String> supported) {
    known.add(name);
    String found = members.text(name, otherwise);
    if (!supported.contains(found)) {
      List<String> sorted = supported.stream().sorted().toList();
      throw unsupported(name, found, String.join(" or ", sorted));
    }
    return found;
  }

  /** A setting of which one value is supported, which is also the one that it has by default. */
  void only(String name, String supported) {
    oneOf(name, supported, List.of(supported));
  }

  void only(String name, boolean supported) {
    boolean found = flag(name, supported);
    if (found != supported) {
      throw unsupported(name, found, supported);
    }
  }

  void only(String name, double supported) {
    known.add(name);
    double found = members.number(name, supported);
    if (found != supported) {
      throw unsupported(name, found, supported);
    }
  }

  void only(String name, int supported) {
    int found = integer(name, supported);
    if (found != supported) {
      throw unsupported(name, found, supported);
    }
  }

  /** Refuses settings that were not read, unless they are switched off. */
  void refuseOthers() {
    for (String name : members.names()) {
      if (!known.contains(name) && !name.startsWith("_") && !isOff(name)) {
        throw new IllegalArgumentException(
            "the scheduler has "
                + MalformedCheckpointException.quote(name)
                + ", which is not supported; expected it false or absent");
      }
    }
  }

  private boolean isOff(String name) {
    return !members.has(name) || members.isFalse(name);
  }

  private static IllegalArgumentException unsupported(String name, Object found, Object expected) {
    return new IllegalArgumentException(
        "the scheduler has %s %s, which is not supported; expected %s"
            .formatted(
                name,
                found.equals("") ? "missing" : MalformedCheckpointException.quote(found.toString()),
                expected));
  }
}
