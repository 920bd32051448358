package io.harmonica.cli.fashion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.cache.CacheHook;
import io.harmonica.cli.training.ImageModel;
import io.harmonica.dit.DitConfig;
import io.harmonica.dit.DitModel;
import io.harmonica.dit.DitWeights;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** The small pixel-space DiT of Fashion-MNIST as it is trained, told an image's class. */
public final class TrainedDit implements ImageModel {
  /** The shape of the bundled model. */
  public static final DitConfig CONFIG =
      new DitConfig(FashionMnist.SIZE, 4, 1, 96, 10, 3, 4, FashionMnist.CLASSES.size(), 0.1, false);

  private final NDManager manager = NDManager.newBaseManager("PyTorch");
  private final FashionMnist data;
  private final Map<String, NDArray> weights;
  private final DitModel model;

  /**
   * Draws first weights.
   *
   * @param data the images with their classes
   * @param seed the seed
   */
  public TrainedDit(FashionMnist data, long seed) {
    this.data = data;
    this.weights = DitWeights.initialise(manager, CONFIG, seed);
    this.model = new DitModel(manager, CONFIG, weights);
  }

  @Override
  public Map<String, NDArray> weights() {
    Map<String, NDArray> trained = new LinkedHashMap<>(weights);
    trained.remove("pos_embed");
    return trained;
  }

  @Override
  public int condition(int image, Random random) {
    boolean dropped = random.nextDouble() < CONFIG.classDropoutProb();
    return dropped ? CONFIG.numClasses() : data.labels()[image];
  }

  @Override
  public NDArray predict(NDArray x, NDArray times, int[] conditions) {
    long[] labels = Arrays.stream(conditions).asLongStream().toArray();
    return model.forward(x, times, x.getManager().create(labels), CacheHook.COMPUTE);
  }

  @Override
  public String description() {
    return CONFIG.toString();
  }

  @Override
  public void close() {
    model.close();
    manager.close();
  }
}
