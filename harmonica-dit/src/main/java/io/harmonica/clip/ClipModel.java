package io.harmonica.clip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.kernel.PrecisionCast;
import io.harmonica.model.ImagePixels;
import io.harmonica.model.ModelFiles;
import io.harmonica.model.TensorShapes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * CLIP: Radford et al., <i>Learning Transferable Visual Models From Natural Language
 * Supervision</i> (2021), with a vision transformer. Texts and images become directions; the cosine
 * of two of them says how well text and image fit. In float32.
 *
 * <pre>{@code
 * try (ClipTokenizer tokenizer = ClipTokenizer.open(folder, 77);
 *     ClipModel clip = ClipModel.open(folder, manager);
 *     NDArray texts = clip.texts(manager, List.of(tokenizer.tokenize("a red bird")));
 *     NDArray images = clip.images(pixels)) {
 *   float[] cosines = texts.mul(images).sum(new int[] {1}).toFloatArray();
 * }
 * }</pre>
 */
public final class ClipModel implements AutoCloseable {
  /** The folder of the model in a pipeline's folder. */
  private static final String PART = "clip";

  /** Of the images that CLIP learned from: red, green, blue. */
  private static final float[] MEAN = {0.48145467f, 0.4578275f, 0.40821072f};

  private static final float[] DEVIATION = {0.26862955f, 0.2613026f, 0.2757771f};

  private final ClipConfig config;
  private final NDManager manager;
  private final Map<String, NDArray> weights;
  private final ClipEncoder text;
  private final ClipEncoder image;
  private final NDArray mean;
  private final NDArray deviation;

  private ClipModel(ClipConfig config, NDManager manager, Map<String, NDArray> weights) {
    this.config = config;
    this.manager = manager;
    this.weights = weights;
    this.mean = manager.create(MEAN);
    this.deviation = manager.create(DEVIATION);
    this.text = new ClipEncoder(manager, ClipShapes.TEXT, config.text(), weights);
    this.image = new ClipEncoder(manager, ClipShapes.IMAGE, config.image(), weights);
  }

  /**
   * Reads a model as published with transformers.
   *
   * @param folder with {@code config.json} and the weights
   * @param parent the manager under which the weights are kept, until either is closed
   * @return the model, which the caller closes
   * @throws IOException if a file is missing, damaged or cannot be read
   * @throws IllegalArgumentException if the configuration is of another model, or the weights do
   *     not fit it; the message names the tensors at fault
   */
  public static ClipModel open(Path folder, NDManager parent) throws IOException {
    ModelFiles files = ModelFiles.find(folder, PART);
    Optional<String> json = files.config();
    if (json.isEmpty()) {
      throw new IllegalArgumentException(
          files.weights() + " has no config.json beside it; copy the model's config.json there");
    }
    ClipConfig config;
    try {
      config = ClipConfig.fromJson(json.get());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          files.configFile().orElseThrow() + ": " + e.getMessage(), e);
    }
    try (TensorSource source = files.open()) {
      return load(parent, config, source);
    }
  }

  /**
   * Reads a model from an open checkpoint with the names of transformers.
   *
   * @param parent the manager under which the weights are kept, until either is closed
   * @param config the model's shape
   * @param source the checkpoint; may be closed afterwards
   * @return the model, which the caller closes
   * @throws IOException if the checkpoint cannot be read
   * @throws IllegalArgumentException if the weights do not fit the configuration
   */
  public static ClipModel load(NDManager parent, ClipConfig config, TensorSource source)
      throws IOException {
    Map<String, Shape> shapes = ClipShapes.of(config);
    TensorShapes.require(source, shapes, ClipShapes.OPTIONAL);
    NDManager manager = parent.newSubManager();
    try {
      Map<String, NDArray> weights = new LinkedHashMap<>();
      for (String name : shapes.keySet()) {
        weights.put(name, PrecisionCast.single(source.read(name, manager)));
      }
      return new ClipModel(config, manager, weights);
    } catch (Throwable e) {
      manager.close();
      throw e;
    }
  }

  /** {@return the model's shape} */
  public ClipConfig config() {
    return config;
  }

  /**
   * Gives the directions of texts.
   *
   * @param owner the manager of the result, on the weights' device
   * @param tokens each text's tokens, from the one that begins a text to the one that ends it
   * @return [n, projection], each of length 1; the caller closes it
   * @throws IllegalArgumentException if there is no text, one is empty or too long, or a token is
   *     not in the vocabulary
   */
  public NDArray texts(NDManager owner, List<int[]> tokens) {
    int longest = check(tokens);
    int n = tokens.size();
    // What stands behind the end of a text is seen by nothing that counts.
    long[] ids = new long[n * longest];
    long[] ends = new long[n];
    for (int i = 0; i < n; i++) {
      int[] own = tokens.get(i);
      for (int j = 0; j < own.length; j++) {
        ids[i * longest + j] = own[j];
      }
      ends[i] = (long) i * longest + own.length - 1;
    }
    try (NDManager scope = owner.newSubManager()) {
      NDArray x =
          text.call(
              "words",
              scope.create(ids, new Shape(n, longest)),
              weights.get(ClipShapes.WORDS),
              weights.get(ClipShapes.TEXT_PLACES));
      NDArray out = text.run(x, past(scope, longest));
      NDArray direction =
          text.direction(out, ends, ClipShapes.TEXT_NORM, weights.get(ClipShapes.TEXT_PROJECTION));
      direction.attach(owner);
      return direction;
    }
  }

  private int check(List<int[]> tokens) {
    if (tokens.isEmpty()) {
      throw new IllegalArgumentException("there is no text");
    }
    int longest = 0;
    for (int[] own : tokens) {
      if (own.length < 1 || own.length > config.textLength()) {
        throw new IllegalArgumentException(
            "a text has %d tokens, expected 1 to %d".formatted(own.length, config.textLength()));
      }
      for (int id : own) {
        if (id < 0 || id >= config.vocabSize()) {
          throw new IllegalArgumentException(
              "a text has the token %d, but the model knows %d; use the tokenizer that belongs to it"
                  .formatted(id, config.vocabSize()));
        }
      }
      longest = Math.max(longest, own.length);
    }
    return longest;
  }

  /** A token sees itself and those before it. */
  private static NDArray past(NDManager manager, int length) {
    float[] mask = new float[length * length];
    for (int i = 0; i < length; i++) {
      Arrays.fill(mask, i * length + i + 1, (i + 1) * length, Float.NEGATIVE_INFINITY);
    }
    return manager.create(mask, new Shape(length, length));
  }

  /**
   * Gives the directions of images. They are resized, bicubically, until the shorter side fits, and
   * the middle is cut out.
   *
   * @param pixels UINT8, [n, H, W, 3], red, green and blue from 0 to 255; left open
   * @return [n, projection], each of length 1, owned by the pixels' manager; the caller closes it
   * @throws IllegalArgumentException if the pixels are of another type or shape
   */
  public NDArray images(NDArray pixels) {
    ImagePixels.require(pixels);
    int n = Math.toIntExact(pixels.size(0));
    NDManager owner = pixels.getManager();
    try (NDManager scope = owner.newSubManager()) {
      NDArray resized = resized(scope, pixels);
      NDArray embedded =
          image.call(
              "patches",
              resized,
              mean,
              deviation,
              weights.get(ClipShapes.PATCHES),
              weights.get(ClipShapes.WHOLE),
              weights.get(ClipShapes.IMAGE_PLACES));
      resized.close();
      NDArray x = image.norm(embedded, ClipShapes.FIRST_NORM);
      embedded.close();
      int length = config.imageTokens();
      NDArray out = image.run(x, scope.zeros(new Shape(length, length)));
      long[] first = new long[n];
      Arrays.setAll(first, i -> (long) i * length);
      NDArray direction =
          image.direction(
              out, first, ClipShapes.IMAGE_NORM, weights.get(ClipShapes.IMAGE_PROJECTION));
      direction.attach(owner);
      return direction;
    }
  }

  private NDArray resized(NDManager scope, NDArray pixels) {
    int height = Math.toIntExact(pixels.getShape().get(1));
    int width = Math.toIntExact(pixels.getShape().get(2));
    int shorter = Math.min(height, width);
    int square = config.imageSize();
    NDArray across = BicubicRule.of(width, shorter, square).matrix(scope);
    NDArray down = BicubicRule.of(height, shorter, square).matrix(scope);
    NDArray resized = image.call("resize", pixels, across, down);
    resized.attach(scope);
    return resized;
  }

  /** Frees the weights. */
  @Override
  public void close() {
    text.close();
    image.close();
    manager.close();
  }
}
