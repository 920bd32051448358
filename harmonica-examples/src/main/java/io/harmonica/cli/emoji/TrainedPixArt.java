package io.harmonica.cli.emoji;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.harmonica.cache.CacheHook;
import io.harmonica.cli.training.ImageModel;
import io.harmonica.kernel.Precision;
import io.harmonica.pixart.PixArtConfig;
import io.harmonica.pixart.PixArtInput;
import io.harmonica.pixart.PixArtModel;
import io.harmonica.pixart.PixArtWeights;
import io.harmonica.text.CaptionEmbeddings;
import io.harmonica.text.EncodedCaptions;
import io.harmonica.text.Prompts;
import io.harmonica.text.TextStage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * A pixel-space PixArt as it is trained, told one of an image's captions. The text encoder is
 * frozen, so that every caption is encoded once, before the training.
 */
public final class TrainedPixArt implements ImageModel {
  /** How often the caption is left out, as in the paper (Chen et al., 2023). */
  private static final double DROPPED = 0.1;

  private final NDManager manager;
  private final PixArtConfig config;
  private final Map<String, NDArray> weights;
  private final PixArtModel model;
  private final CaptionEmbeddings captions;
  private final int[] first;

  private TrainedPixArt(
      NDManager manager,
      PixArtConfig config,
      Map<String, NDArray> weights,
      CaptionEmbeddings captions,
      int[] first) {
    this.manager = manager;
    this.config = config;
    this.weights = weights;
    this.captions = captions;
    this.first = first;
    int size = config.sampleSize();
    this.model =
        new PixArtModel(
            manager, config, new PixArtInput(size, size, 1, captions.tokens()), weights);
  }

  /** Makes first weights. */
  @FunctionalInterface
  public interface Start {
    /**
     * Draws or reads them.
     *
     * @param manager owns the tensors
     * @param config the model's shape
     * @return the tensors by the names of {@link PixArtWeights}
     * @throws IOException if they cannot be read
     */
    Map<String, NDArray> weights(NDManager manager, PixArtConfig config) throws IOException;
  }

  /**
   * Encodes all captions and makes the model.
   *
   * @param data the images
   * @param text a pipeline's folder with tokenizer and text encoder
   * @param tokens how many tokens a caption has room for
   * @param config the model's shape
   * @param start makes first weights
   * @return the model, which the caller closes
   * @throws IOException if a file is missing or damaged
   */
  public static TrainedPixArt open(
      CaptionedImages data, Path text, int tokens, PixArtConfig config, Start start)
      throws IOException {
    NDManager manager = NDManager.newBaseManager("PyTorch");
    try {
      int[] first = new int[data.count() + 1];
      for (int i = 0; i < data.count(); i++) {
        first[i + 1] = first[i] + data.captions().get(i).size();
      }
      List<String> all = data.captions().stream().flatMap(List::stream).toList();
      CaptionEmbeddings captions =
          new TextStage(text, tokens, Precision.FLOAT32)
              .encode(manager, new Prompts(all, ""), Optional.empty(), message -> {});
      return new TrainedPixArt(manager, config, start.weights(manager, config), captions, first);
    } catch (Throwable e) {
      manager.close();
      throw e;
    }
  }

  @Override
  public Map<String, NDArray> weights() {
    return weights;
  }

  @Override
  public int condition(int image, Random random) {
    boolean dropped = random.nextDouble() < DROPPED;
    int caption = random.nextInt(first[image], first[image + 1]);
    return dropped ? CaptionEmbeddings.NEGATIVE : caption;
  }

  @Override
  public NDArray predict(NDArray x, NDArray times, int[] conditions) {
    try (EncodedCaptions asked = captions.batch(x.getManager(), conditions)) {
      NDList conditioning = model.condition(x.getManager(), asked);
      return model.forward(x, times, conditioning, CacheHook.COMPUTE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String description() {
    return config + " " + captions.promptsHash() + " " + Arrays.hashCode(first);
  }

  @Override
  public void close() {
    model.close();
    manager.close();
  }
}
