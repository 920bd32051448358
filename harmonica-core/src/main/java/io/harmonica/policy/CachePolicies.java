package io.harmonica.policy;

import io.harmonica.plan.CachePlan;
import io.harmonica.plan.CachePolicy;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The policies beside routers, by the names that the command line uses. */
public final class CachePolicies {
  /**
   * A rule of the list.
   *
   * @param usage how it is written, for messages
   * @param parser makes the policy from its arguments, the texts after the colons
   */
  private record Rule(String usage, Parser parser) {}

  /** Makes a policy from its arguments. */
  @FunctionalInterface
  private interface Parser {
    CachePolicy parse(Arguments arguments) throws IOException;
  }

  private static final Map<String, Rule> RULES = new LinkedHashMap<>();

  static {
    add("full", arguments -> new FullPolicy());
    add("interval:N", arguments -> new IntervalPolicy(arguments.integer(0)));
    add(
        "random:CUR[:SEED]",
        arguments ->
            new RandomPolicy(arguments.number(0), arguments.has(1) ? arguments.whole(1) : 0));
    add(
        "delta-dit:BLOCKS:SWITCH_STEP:N",
        arguments ->
            new DeltaDitPolicy(arguments.integer(0), arguments.integer(1), arguments.integer(2)));
    add(
        "taylorseer:N:ORDER[:FIRST]",
        arguments ->
            new TaylorSeerPolicy(arguments.integer(0), arguments.integer(1), arguments.first(2)));
    add(
        "hicache:N:ORDER[:FIRST[:SCALE]]",
        arguments ->
            new HiCachePolicy(
                arguments.integer(0),
                arguments.integer(1),
                arguments.first(2),
                arguments.has(3) ? arguments.number(3) : HiCachePolicy.USUAL_SCALE));
    add(
        "polynomial:N:ORDER[:FIRST]",
        arguments ->
            new PolynomialPolicy(arguments.integer(0), arguments.integer(1), arguments.first(2)));
    add("smoothcache:ALPHA|cur=CUR:FILE", CachePolicies::smoothCache);
    add("linear:FILE", arguments -> LinearPolicyFile.read(arguments.file(0)));
    add("ecad:FILE", arguments -> EcadFile.read(arguments.file(0)));
  }

  private CachePolicies() {}

  private static void add(String usage, Parser parser) {
    RULES.put(usage.split(":", 2)[0], new Rule(usage, parser));
  }

  private static CachePolicy smoothCache(Arguments arguments) throws IOException {
    SmoothCacheProfile profile = SmoothCacheFile.read(arguments.file(1));
    String wish = "cur=";
    if (!arguments.values().get(0).startsWith(wish)) {
      return new SmoothCachePolicy(profile, arguments.number(0));
    }
    double asked = arguments.number(0, wish.length());
    if (!(asked >= 0 && asked < 1)) {
      throw new IllegalArgumentException(
          "smoothcache cache utilisation is " + asked + ", expected 0 to below 1, such as 0.375");
    }
    return SmoothCachePolicy.nearest(profile, CachePlan::cacheUtilisation, asked);
  }

  /**
   * {@return how the rules are written, for example {@code interval:N}; what is in brackets may be
   * left out}
   */
  public static List<String> usages() {
    return RULES.values().stream().map(Rule::usage).toList();
  }

  /**
   * Reads a policy from its name, such as {@code full} or {@code interval:2}.
   *
   * @param text name and arguments, with colons between them
   * @return the policy
   * @throws IllegalArgumentException if there is no such rule or an argument is wrong
   * @throws IOException if a file that the policy needs cannot be read
   */
  public static CachePolicy parse(String text) throws IOException {
    int colon = text.indexOf(':');
    String name = (colon < 0 ? text : text.substring(0, colon)).toLowerCase(Locale.ROOT);
    Rule rule = RULES.get(name);
    if (rule == null) {
      throw new IllegalArgumentException(
          "policy \"" + text + "\" is unknown, expected one of " + String.join(", ", usages()));
    }
    int most = colons(rule.usage());
    int least = colons(rule.usage().replaceAll("\\[.*", ""));
    if (colons(text) < least || (most == 0 && colon >= 0)) {
      throw new IllegalArgumentException(
          "policy \"" + text + "\" has the wrong arguments, expected " + rule.usage());
    }
    List<String> values = List.of(text.substring(colon + 1).split(":", Math.max(1, most)));
    return rule.parser().parse(new Arguments(text, rule.usage(), values));
  }

  private static int colons(String text) {
    return (int) text.chars().filter(character -> character == ':').count();
  }

  /** The arguments of a rule as they were given. */
  private record Arguments(String text, String usage, List<String> values) {

    boolean has(int index) {
      return values.size() > index;
    }

    /** How many steps at the start compute everything. */
    int first(int index) {
      return has(index) ? integer(index) : SpacedSteps.USUAL_FIRST;
    }

    int integer(int index) {
      try {
        return Integer.parseInt(values.get(index));
      } catch (NumberFormatException e) {
        throw noNumber("a whole number", index, e);
      }
    }

    long whole(int index) {
      try {
        return Long.parseLong(values.get(index));
      } catch (NumberFormatException e) {
        throw noNumber("a whole number", index, e);
      }
    }

    double number(int index) {
      return number(index, 0);
    }

    /** Reads what follows so many characters of an argument. */
    double number(int index, int start) {
      try {
        return Double.parseDouble(values.get(index).substring(start));
      } catch (NumberFormatException e) {
        throw noNumber("a number", index, e);
      }
    }

    Path file(int index) {
      try {
        return Path.of(values.get(index));
      } catch (InvalidPathException e) {
        throw new IllegalArgumentException(
            "policy \"" + text + "\" does not name a file, as in " + usage, e);
      }
    }

    private IllegalArgumentException noNumber(String what, int index, NumberFormatException cause) {
      return new IllegalArgumentException(
          "policy \"%s\" needs %s instead of \"%s\", as in %s"
              .formatted(text, what, values.get(index), usage),
          cause);
    }
  }
}
