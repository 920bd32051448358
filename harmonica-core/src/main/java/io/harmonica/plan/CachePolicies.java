package io.harmonica.plan;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** The rules that need no training, by the names that the command line uses. */
public final class CachePolicies {
  /** One entry per rule: its name, and how its argument (the text after the colon) is read. */
  private static final Map<String, Function<String, CachePolicy>> RULES = new LinkedHashMap<>();

  static {
    RULES.put("full", argument -> full(argument));
    RULES.put("interval", argument -> new IntervalPolicy(integer("interval", argument)));
  }

  private CachePolicies() {}

  /**
   * Reads a policy from its name, such as {@code full} or {@code interval:2}.
   *
   * @param text name, colon, argument
   * @return the policy
   * @throws IllegalArgumentException if there is no such rule or its argument is wrong
   */
  public static CachePolicy parse(String text) {
    int colon = text.indexOf(':');
    String name = (colon < 0 ? text : text.substring(0, colon)).toLowerCase(Locale.ROOT);
    Function<String, CachePolicy> rule = RULES.get(name);
    if (rule == null) {
      throw new IllegalArgumentException(
          "policy \"" + text + "\" is unknown, expected one of " + RULES.keySet());
    }
    return rule.apply(colon < 0 ? "" : text.substring(colon + 1));
  }

  private static CachePolicy full(String argument) {
    if (!argument.isEmpty()) {
      throw new IllegalArgumentException("policy full:" + argument + " takes no argument, as full");
    }
    return new FullPolicy();
  }

  private static int integer(String rule, String argument) {
    try {
      return Integer.parseInt(argument);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "policy " + rule + ":\"" + argument + "\" needs a whole number, such as " + rule + ":2",
          e);
    }
  }
}
