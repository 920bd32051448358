package io.harmonica.cli.fashion;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.pipeline.ClassModel;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.router.Router;
import io.harmonica.router.RouterProvenance;
import io.harmonica.train.LearningToCacheConfig;
import io.harmonica.train.LearningToCacheTrainer;
import io.harmonica.train.RouterTrainer;
import io.harmonica.train.TrainingListener;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Learning-to-Cache on real images of Fashion-MNIST. It knows DDIM alone, and no guidance.
 *
 * @param pipeline runs the model
 * @param images the images
 * @param steps T
 */
public record ImageTraining(DiffusionPipeline pipeline, FashionMnist images, int steps) {

  /**
   * Trains.
   *
   * @param manager its device runs the training
   * @param config the settings
   * @param saving where the state is saved
   * @param listener watches
   * @return the router
   * @throws IOException if the state cannot be read or written
   */
  public Router train(
      NDManager manager,
      LearningToCacheConfig config,
      RouterTrainer.CheckpointPlan saving,
      TrainingListener listener)
      throws IOException {
    return new LearningToCacheTrainer(setup(), source(), config).train(manager, saving, listener);
  }

  /**
   * Says what a router will be trained for.
   *
   * @param config the settings
   * @return the provenance that its file will have
   */
  public RouterProvenance provenance(LearningToCacheConfig config) {
    Map<String, String> settings = new TreeMap<>(config.settings());
    settings.putAll(source().provenance());
    return RouterProvenance.of(setup(), config.threshold(), config.seed(), settings);
  }

  private SamplingSetup setup() {
    return pipeline.setup(steps, "ddim").unguided();
  }

  private FashionImages source() {
    if (pipeline.model() instanceof ClassModel model) {
      return new FashionImages(images, model);
    }
    throw new IllegalArgumentException(
        "the images are of Fashion-MNIST's classes, the model "
            + pipeline.model().name()
            + " knows none");
  }
}
