package io.harmonica.cli.ablation;

import io.harmonica.cli.recipe.PublishedRecipe;
import io.harmonica.search.PlanSearchConfig;
import io.harmonica.train.RouterTrainerConfig;
import java.util.function.UnaryOperator;

/**
 * An ablation's settings at one target and seed, which its variants change one part of.
 *
 * @param search the default recipe
 * @param stepwise step-wise training for the variant of it that has some
 * @param publishedTraining the published training, steered to the target
 */
record RecipeShape(
    PlanSearchConfig search, RouterTrainerConfig stepwise, RouterTrainerConfig publishedTraining) {

  PublishedRecipe published(UnaryOperator<RouterTrainerConfig> change) {
    return new PublishedRecipe(change.apply(publishedTraining));
  }
}
