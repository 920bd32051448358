package io.harmonica.cli.sampling;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.Sampler;
import io.harmonica.cli.fashion.FashionImages;
import io.harmonica.cli.fashion.FashionMnist;
import io.harmonica.train.TrainableRouter;
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
 * @param model the model
 * @param images the images
 * @param steps T
 */
public record ImageTraining(RunnableDit model, FashionMnist images, int steps) {

  /**
   * Trains a router.
   *
   * @param manager its device runs the training; everything made under it is freed
   * @param config the settings
   * @param saving where the state is saved, and how often
   * @param listener watches; an update counts as a trajectory
   * @return the trained router
   * @throws IOException if the state cannot be read or written
   * @throws IllegalArgumentException if the images are not what the model was made for
   */
  public TrainableRouter train(
      NDManager manager,
      LearningToCacheConfig config,
      RouterTrainer.CheckpointPlan saving,
      TrainingListener listener)
      throws IOException {
    return new LearningToCacheTrainer(
            model.denoiser(),
            sampler().schedule(),
            model.diffusion().clip(),
            new FashionImages(images, model.denoiser()),
            config)
        .train(manager, saving, listener);
  }

  /**
   * Describes a training for its router's file.
   *
   * @param config the settings
   * @param threshold tau
   * @param libraryVersion this library's version
   * @return the provenance
   */
  public RouterProvenance provenance(
      LearningToCacheConfig config, double threshold, String libraryVersion) {
    Map<String, String> settings = new TreeMap<>(config.settings());
    settings.put("images", Integer.toString(images.count()));
    settings.put("images_sha256", Hashes.of(images.images()));
    return RouterDescription.provenance(
        model, sampler(), model.guidance(1), threshold, config.seed(), settings, libraryVersion);
  }

  private Sampler sampler() {
    return model.sampler("ddim", steps, 0);
  }
}
