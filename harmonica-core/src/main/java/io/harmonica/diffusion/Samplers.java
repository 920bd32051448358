package io.harmonica.diffusion;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** The samplers by name, with the settings that each is known by. */
public final class Samplers {
  /** Makes a sampler; {@link #parse} says what the parameters are. */
  @FunctionalInterface
  private interface Maker {
    Sampler make(NoisePath path, int steps, boolean clip, long seed);
  }

  /** A sampler, and on which paths it runs. */
  private record Recipe(Predicate<NoisePath> runs, Maker maker) {}

  private static final Map<String, Recipe> RECIPES = new LinkedHashMap<>();

  static {
    Predicate<NoisePath> every = path -> true;
    add("ddim", every, (path, steps, clip, seed) -> new DdimSampler(ends(path, steps), clip));
    add(
        "ddpm",
        every,
        (path, steps, clip, seed) ->
            new DdpmSampler(ends(path, steps), clip, StepNoise.seeded(seed)));
    add("dpmpp", every, (path, steps, clip, seed) -> new DpmSolverSampler(even(path, steps), clip));
    add(
        "sa",
        every,
        (path, steps, clip, seed) ->
            new SaSolverSampler(
                even(path, steps).endingAt(path.cleanest()),
                SaSolverSampler.Settings.standard(),
                clip,
                StepNoise.seeded(seed)));
    Predicate<NoisePath> straight = NoisePath::isStraight;
    add("euler", straight, (path, steps, clip, seed) -> new EulerSampler(steps, clip));
    add("heun", straight, (path, steps, clip, seed) -> new HeunSampler(steps, clip));
    for (SdeSampler.Diffusion diffusion : SdeSampler.Diffusion.values()) {
      add(
          diffusion.sampler(),
          straight,
          (path, steps, clip, seed) ->
              new SdeSampler(steps, diffusion, clip, StepNoise.seeded(seed)));
    }
    Predicate<NoisePath> finite = SinglestepSampler::runsOn;
    add(
        DpmSinglestepSampler.NAME,
        finite,
        (path, steps, clip, seed) -> new DpmSinglestepSampler(path, steps, clip));
    add(
        DpmFastSampler.NAME,
        finite,
        (path, steps, clip, seed) -> new DpmFastSampler(path, steps, clip));
  }

  private Samplers() {}

  private static void add(String name, Predicate<NoisePath> runs, Maker maker) {
    RECIPES.put(name, new Recipe(runs, maker));
  }

  private static StepSchedule ends(NoisePath path, int steps) {
    return path.respace(steps, TimestepSpacing.ENDPOINTS);
  }

  private static StepSchedule even(NoisePath path, int steps) {
    return path.respace(steps, TimestepSpacing.LINSPACE);
  }

  /**
   * Lists the names.
   *
   * @return the names that {@link #parse} knows
   */
  public static List<String> names() {
    return List.copyOf(RECIPES.keySet());
  }

  /**
   * Lists the samplers that run on a path.
   *
   * @param path how a model's training mixed image and noise
   * @return their names
   */
  public static List<String> names(NoisePath path) {
    return names().stream().filter(name -> RECIPES.get(name).runs().test(path)).toList();
  }

  /**
   * Makes a sampler by its name, with the times that its public code takes.
   *
   * @param name one of {@link #names()}, in any case
   * @param path how the model's training mixed image and noise
   * @param steps number of steps T
   * @param clip whether to clip the predicted x_0 to [-1, 1], for models that work on pixels
   * @param seed of the noise that stochastic samplers add; batches of one run need seeds of their
   *     own
   * @return the sampler
   * @throws IllegalArgumentException if there is no such sampler, it does not run on the path, or T
   *     is out of range
   */
  public static Sampler parse(String name, NoisePath path, int steps, boolean clip, long seed) {
    Recipe recipe = RECIPES.get(name.toLowerCase(Locale.ROOT));
    if (recipe == null) {
      throw new IllegalArgumentException(
          "sampler \"%s\" is unknown, expected one of %s"
              .formatted(name, String.join(", ", RECIPES.keySet())));
    }
    if (!recipe.runs().test(path)) {
      throw new IllegalArgumentException(
          "sampler \"%s\" does not run on a model of the noise path %s, expected one of %s"
              .formatted(name, path.name(), String.join(", ", names(path))));
    }
    return recipe.maker().make(path, steps, clip, seed);
  }
}
