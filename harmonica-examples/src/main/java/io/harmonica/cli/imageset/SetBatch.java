package io.harmonica.cli.imageset;

import io.harmonica.cli.work.OpenModel;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.CachePolicy;
import io.harmonica.plan.PlanRequest;
import io.harmonica.work.Piece;
import java.io.IOException;

/**
 * Makes a batch of a set's images. Image i is made of the noise that the seed gives to sample i, so
 * that it does not matter who makes it, and when.
 *
 * @param recipe how the images are made
 * @param first the number of the batch's first image
 * @param labels the images' classes
 */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier, never compared
public record SetBatch(SetRecipe recipe, int first, int[] labels)
    implements Piece<OpenModel, byte[]> {
  /** A plan that has been made. */
  private record Planned(CachePlan made) implements CachePolicy {
    @Override
    public CachePlan plan(PlanRequest request) {
      return made;
    }

    @Override
    public String name() {
      return "planned";
    }
  }

  /**
   * Makes the images.
   *
   * @return their bytes, one image behind the other
   * @throws IllegalArgumentException if the model makes an image of values that are no numbers
   */
  @Override
  public byte[] run(OpenModel bench) throws IOException {
    ImageSetSampler sampler =
        new ImageSetSampler(
            bench.pipeline(),
            request ->
                recipe
                    .sampling()
                    .apply(request)
                    .cache(new Planned(recipe.plan()))
                    .seed(recipe.seed()));
    return sampler.batch(bench.pipeline().model().labels(labels), first);
  }
}
