package io.harmonica.cli.ablation;

import io.harmonica.cli.recipe.RecastRecipe;
import io.harmonica.cli.recipe.Recipe;
import io.harmonica.cli.recipe.SearchRecipe;
import io.harmonica.search.PlanSearchConfig.Weights;
import io.harmonica.train.ImageErrorProxy;
import io.harmonica.train.LambdaRule;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What is trained: the published parts one after the other, and our recipe with one part changed at
 * a time. All of them are steered to the same targets.
 */
public enum Variant {
  /** Step-wise denoising training with its own loss. */
  SDT(
      "sdt",
      "step-wise training, every step weighed alike",
      shape -> shape.published(config -> config.withLambda(LambdaRule.UNIFORM))),
  /** With the image error proxy as the paper defines it. */
  SDT_IEPO(
      "sdt+iepo",
      "weighed by the image error, one step computed at a time",
      shape -> shape.published(config -> config)),
  /** With the image error proxy as the public code measures it. */
  SDT_IEPO_CUMULATIVE(
      "sdt+iepo-cumulative",
      "weighed by the image error, steps routed one after the other",
      shape -> shape.published(config -> config.withProxy(ImageErrorProxy.CUMULATIVE))),
  /** The published training with students that forecast. */
  SDT_IEPO_FORECAST(
      "sdt+iepo-forecast",
      "sdt+iepo whose students and sampling forecast at first order",
      shape -> shape.published(config -> config.withForecast(1))),
  /** The default recipe. */
  HARMONIZED(
      "harmonized",
      "the default recipe: starts that compete, forecasts whose weights the image teaches",
      shape -> new SearchRecipe(shape.search())),
  /** The default recipe without refinement. */
  NO_REFINEMENT(
      "no-refinement",
      "harmonized without the rounds of --refine",
      shape -> new SearchRecipe(shape.search().withRounds(0, shape.search().forwards()))),
  /** The default recipe with a Taylor sum of the first order to begin with. */
  FIRST_ORDER(
      "first-order",
      "harmonized with forecasts of first order",
      shape -> new SearchRecipe(shape.search().withOrder(1))),
  /** The default recipe with Taylor's weights. */
  TAYLOR_WEIGHTS(
      "taylor-weights",
      "harmonized without learned weights",
      shape -> new SearchRecipe(shape.search().withLearned(Weights.TAYLOR))),
  /** The default recipe with the same weights for both halves of a guided batch. */
  SHARED_WEIGHTS(
      "shared-weights",
      "harmonized with the same weights for both halves of a guided batch",
      shape -> new SearchRecipe(shape.search().withLearned(Weights.LEARNED_SHARED))),
  /** What the default recipe was before forecasts. */
  REPEAT(
      "repeat",
      "harmonized without forecasts: plans searched for plain reuse",
      shape -> new SearchRecipe(shape.search().withOrder(0).withLearned(Weights.TAYLOR))),
  /** A plan that was searched for plain reuse, run with forecasts. */
  REPEAT_RECAST(
      "repeat-recast",
      "repeat's plan, run with forecasts of second order",
      shape ->
          new RecastRecipe(
              new SearchRecipe(shape.search().withOrder(0).withLearned(Weights.TAYLOR)), 2)),
  /** The default recipe with step-wise training of the scores after its starts. */
  WITH_SDT(
      "with-sdt",
      "harmonized with step-wise training of forecasting students after its starts",
      shape -> new SearchRecipe(shape.search().withStepwise(shape.stepwise())));

  private final String text;
  private final String what;
  private final Function<RecipeShape, Recipe> recipe;

  Variant(String text, String what, Function<RecipeShape, Recipe> recipe) {
    this.text = text;
    this.what = what;
    this.recipe = recipe;
  }

  /**
   * Finds a variant.
   *
   * @param text its name
   * @return the variant
   * @throws IllegalArgumentException if there is none of that name
   */
  public static Variant of(String text) {
    return Arrays.stream(values())
        .filter(variant -> variant.text.equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "variant \"%s\" is unknown, expected some of %s"
                        .formatted(
                            text,
                            Arrays.stream(values())
                                .map(Variant::text)
                                .collect(Collectors.joining(", ")))));
  }

  /** {@return the variant's name, for example {@code sdt+iepo}} */
  public String text() {
    return text;
  }

  /** {@return what it does, as a phrase} */
  public String what() {
    return what;
  }

  /** Makes the recipe with an ablation's settings. */
  Recipe recipe(RecipeShape shape) {
    return recipe.apply(shape);
  }
}
