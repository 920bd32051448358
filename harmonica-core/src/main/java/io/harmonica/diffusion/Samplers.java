package io.harmonica.diffusion;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The samplers by the names that the command line uses, each with the settings it is known by. */
public final class Samplers {
  /** Makes a sampler; {@link #parse} says what the parameters are. */
  @FunctionalInterface
  private interface Recipe {
    Sampler make(NoiseSchedule noise, int steps, boolean clip, long seed);
  }

  private static final Map<String, Recipe> RECIPES = new LinkedHashMap<>();

  static {
    RECIPES.put("ddim", (noise, steps, clip, seed) -> new DdimSampler(noise.respace(steps), clip));
    RECIPES.put(
        "ddpm",
        (noise, steps, clip, seed) ->
            new DdpmSampler(noise.respace(steps), clip, StepNoise.seeded(seed)));
    RECIPES.put(
        "dpmpp",
        (noise, steps, clip, seed) ->
            new DpmSolverSampler(noise.respace(steps, TimestepSpacing.LINSPACE), clip));
    RECIPES.put(
        "sa",
        (noise, steps, clip, seed) ->
            new SaSolverSampler(
                noise.respace(steps, TimestepSpacing.LINSPACE).endingAt(noise.alphaBar(0)),
                SaSolverSampler.Settings.standard(),
                clip,
                StepNoise.seeded(seed)));
  }

  private Samplers() {}

  /** {@return the names that {@link #parse} knows} */
  public static List<String> names() {
    return List.copyOf(RECIPES.keySet());
  }

  /**
   * Makes a sampler by its name, with the times that its public code takes.
   *
   * @param name one of {@link #names()}, in any case
   * @param noise the schedule that the model was trained with
   * @param steps number of steps T
   * @param clip whether to clip the predicted x_0 to [-1, 1], for models that work on pixels
   * @param seed of the noise that stochastic samplers add; batches of one run need seeds of their
   *     own
   * @return the sampler
   * @throws IllegalArgumentException if there is no such sampler or T is out of range
   */
  public static Sampler parse(
      String name, NoiseSchedule noise, int steps, boolean clip, long seed) {
    Recipe recipe = RECIPES.get(name.toLowerCase(Locale.ROOT));
    if (recipe == null) {
      throw new IllegalArgumentException(
          "sampler \"%s\" is unknown, expected one of %s"
              .formatted(name, String.join(", ", RECIPES.keySet())));
    }
    return recipe.make(noise, steps, clip, seed);
  }
}
