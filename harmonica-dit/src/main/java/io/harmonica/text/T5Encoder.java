package io.harmonica.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.diffusion.Interrupts;
import io.harmonica.kernel.Precision;
import io.harmonica.kernel.PrecisionCast;
import io.harmonica.kernel.TorchKernels;
import io.harmonica.model.ModelFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * The encoder of T5 v1.1 (Raffel et al., 2020): captions to the vectors that PixArt's
 * cross-attention reads. It is larger than what it serves, so load it, encode, and close it before
 * the transformer comes.
 *
 * <pre>{@code
 * try (T5Encoder encoder = T5Encoder.open(folder, Precision.BFLOAT16, manager)) {
 *   NDArray vectors = encoder.encode(manager, List.of(tokenizer.tokenize("a red bird", 120)));
 * }
 * }</pre>
 */
public final class T5Encoder implements AutoCloseable {
  private static final String PART = "text_encoder";

  /** Tokens that are computed at once; with T5-XXL, some 250 MB of activations. */
  private static final int CHUNK_TOKENS = 1024;

  private final T5Config config;
  private final NDManager manager;
  private final Map<String, NDArray> weights;
  private final TorchKernels kernels;
  private final NDArray epsilon;

  private T5Encoder(T5Config config, NDManager manager, Map<String, NDArray> weights) {
    this.config = config;
    this.manager = manager;
    this.weights = weights;
    this.epsilon = manager.create((float) config.epsilon());
    this.kernels =
        TorchKernels.compile(
            manager,
            TorchKernels.class,
            "t5.py",
            "T5Kernels",
            Map.of("HEADS", config.heads(), "HEAD_WIDTH", config.headWidth()));
  }

  /**
   * Reads an encoder as published with transformers, in one file or several.
   *
   * @param path its folder, or a pipeline's folder with a {@code text_encoder} in it
   * @param precision what matrices are multiplied in, whatever the file holds
   * @param parent the manager under which the weights are kept, until either is closed
   * @return the encoder, which the caller closes
   * @throws IOException if a file is missing, damaged or cannot be read
   * @throws IllegalArgumentException if the configuration is of another architecture, or if the
   *     weights do not fit it; the message names the tensors at fault
   */
  public static T5Encoder open(Path path, Precision precision, NDManager parent)
      throws IOException {
    ModelFiles files = ModelFiles.find(path, PART);
    Optional<String> json = files.config();
    if (json.isEmpty()) {
      throw new IllegalArgumentException(
          files.weights()
              + " has no config.json beside it; copy the text encoder's config.json there");
    }
    T5Config config = config(files.configFile().orElseThrow(), json.get());
    try (TensorSource source = files.open()) {
      return load(parent, config, source, precision);
    }
  }

  private static T5Config config(Path file, String json) {
    try {
      return T5Config.fromJson(json);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads an encoder from an open checkpoint with the names of transformers, one tensor at a time.
   *
   * @param parent the manager under which the weights are kept, until either is closed
   * @param config the encoder's shape
   * @param source the checkpoint; may be closed afterwards
   * @param precision what matrices are multiplied in
   * @return the encoder, which the caller closes
   * @throws IOException if the checkpoint cannot be read
   * @throws IllegalArgumentException if the weights do not fit the configuration, or for float16
   */
  public static T5Encoder load(
      NDManager parent, T5Config config, TensorSource source, Precision precision)
      throws IOException {
    if (precision == Precision.FLOAT16) {
      throw new IllegalArgumentException(
          "the text encoder's precision is float16, whose range T5 exceeds; "
              + "expected bfloat16 or float32");
    }
    NDManager manager = parent.newSubManager();
    try (PrecisionCast cast = new PrecisionCast(manager, precision)) {
      return new T5Encoder(config, manager, T5Weights.load(manager, config, source, cast));
    } catch (Throwable e) {
      manager.close();
      throw e;
    }
  }

  /** {@return the encoder's shape} */
  public T5Config config() {
    return config;
  }

  /**
   * Encodes captions, as many at a time as keep memory bounded. Padding is encoded like anything
   * else, but no other token sees it; to save its time, {@linkplain CaptionTokens#padded pad} to
   * the longest caption.
   *
   * @param owner the manager of the result, on the weights' device
   * @param captions at least one, all padded to the same length
   * @return [n, tokens, width], FLOAT32
   * @throws IllegalArgumentException if there are no captions, their lengths differ, or a token is
   *     not in the vocabulary
   * @throws CancellationException if the thread is interrupted, which it stays
   */
  public NDArray encode(NDManager owner, List<CaptionTokens> captions) {
    check(captions);
    int length = captions.get(0).tokens();
    int step = Math.max(1, CHUNK_TOKENS / length);
    try (NDManager scope = owner.newSubManager()) {
      NDList parts = new NDList();
      NDArray buckets =
          scope.create(RelativePositions.buckets(config, length), new Shape(length, length));
      for (int start = 0; start < captions.size(); start += step) {
        List<CaptionTokens> part = captions.subList(start, Math.min(start + step, captions.size()));
        try (NDManager inner = scope.newSubManager()) {
          NDArray encoded = forward(inner, part, buckets);
          encoded.attach(scope);
          parts.add(encoded);
        }
      }
      NDArray all = parts.size() == 1 ? parts.get(0) : NDArrays.concat(parts);
      all.attach(owner);
      return all;
    }
  }

  private void check(List<CaptionTokens> captions) {
    if (captions.isEmpty()) {
      throw new IllegalArgumentException("there is no caption to encode");
    }
    int length = captions.get(0).tokens();
    for (CaptionTokens caption : captions) {
      if (caption.tokens() != length) {
        throw new IllegalArgumentException(
            "a caption is padded to "
                + caption.tokens()
                + " tokens and another to "
                + length
                + ", expected the same length");
      }
      for (int id : caption.ids()) {
        if (id < 0 || id >= config.vocabSize()) {
          throw new IllegalArgumentException(
              "a caption has the token "
                  + id
                  + ", but the text encoder knows "
                  + config.vocabSize()
                  + "; use the tokenizer that belongs to it");
        }
      }
    }
  }

  private NDArray forward(NDManager scope, List<CaptionTokens> captions, NDArray buckets) {
    int n = captions.size();
    int length = captions.get(0).tokens();
    long[] ids = new long[n * length];
    float[] padding = new float[n * length];
    for (int i = 0; i < n; i++) {
      int[] own = captions.get(i).ids();
      for (int j = 0; j < length; j++) {
        ids[i * length + j] = own[j];
        padding[i * length + j] = j < captions.get(i).length() ? 0 : 1;
      }
    }
    Shape shape = new Shape(n, length);
    NDArray places = buckets.duplicate();
    places.attach(scope);
    NDArray bias =
        kernels.call("bias", places, weights.get(T5Shapes.DISTANCES), scope.create(padding, shape));
    NDArray x = kernels.call("embed", scope.create(ids, shape), weights.get(T5Shapes.EMBEDDING));
    for (int layer = 0; layer < config.layers(); layer++) {
      Interrupts.check("a layer of the text encoder");
      x = layer(x, bias, layer);
    }
    return kernels.call("norm", x, weights.get(T5Shapes.FINAL_NORM), epsilon);
  }

  /** Runs one block; closes x. */
  private NDArray layer(NDArray x, NDArray bias, int layer) {
    NDArray attended =
        kernels.call(
            "attention",
            x,
            bias,
            weights.get(T5Shapes.norm(layer, 0)),
            epsilon,
            weights.get(T5Shapes.attention(layer, "q")),
            weights.get(T5Shapes.attention(layer, "k")),
            weights.get(T5Shapes.attention(layer, "v")),
            weights.get(T5Shapes.attention(layer, "o")));
    x.close();
    NDArray out =
        kernels.call(
            "feed_forward",
            attended,
            weights.get(T5Shapes.norm(layer, 1)),
            epsilon,
            weights.get(T5Shapes.feedForward(layer, "wi_0")),
            weights.get(T5Shapes.feedForward(layer, "wi_1")),
            weights.get(T5Shapes.feedForward(layer, "wo")));
    attended.close();
    return out;
  }

  /** A manager on the weights' device, which the caller closes. */
  NDManager newScope() {
    return manager.newSubManager();
  }

  /** Frees the weights. */
  @Override
  public void close() {
    kernels.close();
    manager.close();
  }
}
