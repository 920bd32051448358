package io.harmonica.cli.ablation;

import io.harmonica.cli.compare.OpenStudy;
import io.harmonica.cli.fashion.FashionMnist;
import io.harmonica.cli.recipe.Recipe;
import io.harmonica.cli.recipe.RouterShelf;
import io.harmonica.work.Piece;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Trains one router of an ablation into its file.
 *
 * @param plan the ablation
 * @param job which training
 * @param folder where routers go; every worker has to see it
 * @param images the folder of Fashion-MNIST, or null for a training that needs none
 * @param libraryVersion the driver's
 */
record VariantPiece(
    AblationPlan plan, VariantJob job, String folder, String images, String libraryVersion)
    implements Piece<OpenStudy, Double> {

  /**
   * Trains the router, unless it is there.
   *
   * @return seconds that it took, or a negative number if that is not known
   */
  @Override
  public Double run(OpenStudy bench) throws IOException {
    Path shared = Path.of(folder);
    if (!Files.isDirectory(shared)) {
      throw new IOException(
          "there is no folder %s; --out has to be where every worker sees it".formatted(folder));
    }
    Optional<FashionMnist> real =
        images == null ? Optional.empty() : Optional.of(FashionMnist.training(Path.of(images)));
    return new VariantTraining(bench.pipeline(), plan, real, libraryVersion)
        .train(job, new RouterShelf(shared), Recipe.Listener.NONE);
  }
}
