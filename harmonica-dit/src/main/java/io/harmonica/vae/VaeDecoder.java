package io.harmonica.vae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.model.ModelFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Turns latents into images: the decoder of a latent diffusion model's autoencoder (Rombach et al.,
 * 2022), as used by Stable Diffusion, DiT and PixArt. Large batches are decoded in slices, so that
 * memory stays within a budget.
 *
 * <pre>{@code
 * try (VaeDecoder decoder = VaeDecoder.open(Path.of("sd-vae-ft-ema"), manager)) {
 *   NDArray images = decoder.decode(latents);
 * }
 * }</pre>
 */
public final class VaeDecoder implements AutoCloseable {
  /** The memory that decoding may take beside the weights, unless told otherwise: 512 MiB. */
  public static final long DEFAULT_BUDGET = 1L << 29;

  private static final String PART = "vae";

  private final VaeConfig config;
  private final NDManager manager;
  private final VaeNetwork network;

  private VaeDecoder(VaeConfig config, NDManager manager, Map<String, NDArray> weights) {
    this.config = config;
    this.manager = manager;
    this.network = new VaeNetwork(manager, config, weights);
  }

  /**
   * Reads a decoder in the diffusers layout: a folder with {@code config.json} and the weights, a
   * pipeline's folder with a {@code vae} in it, or a checkpoint with {@code config.json} beside it.
   * The encoder's tensors are not read.
   *
   * @param path the folder or file
   * @param parent the manager under which the weights are kept, until either is closed
   * @return the decoder, which the caller closes
   * @throws IOException if a file is missing, damaged or cannot be read
   * @throws IllegalArgumentException if the configuration is of another architecture, or if the
   *     weights do not fit it; the message names the tensors at fault
   */
  public static VaeDecoder open(Path path, NDManager parent) throws IOException {
    ModelFiles files = ModelFiles.find(path, PART);
    Optional<String> json = files.config();
    if (json.isEmpty()) {
      throw new IllegalArgumentException(
          files.weights()
              + " has no config.json beside it; copy the autoencoder's config.json there");
    }
    VaeConfig config = config(files.configFile().orElseThrow(), json.get());
    try (TensorSource source = files.open()) {
      return load(parent, config, source);
    }
  }

  private static VaeConfig config(Path file, String json) {
    try {
      return VaeConfig.fromJson(json);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads a decoder from an open checkpoint with the names of the diffusers layout.
   *
   * @param parent the manager under which the weights are kept, until either is closed
   * @param config the decoder's shape
   * @param source the checkpoint; may be closed afterwards
   * @return the decoder, which the caller closes
   * @throws IOException if the checkpoint cannot be read
   * @throws IllegalArgumentException if the weights do not fit the configuration; the message names
   *     the tensors at fault
   */
  public static VaeDecoder load(NDManager parent, VaeConfig config, TensorSource source)
      throws IOException {
    NDManager manager = parent.newSubManager();
    try {
      return new VaeDecoder(config, manager, VaeWeights.load(manager, config, source));
    } catch (Throwable e) {
      manager.close();
      throw e;
    }
  }

  /** {@return the decoder's shape} */
  public VaeConfig config() {
    return config;
  }

  /**
   * Decodes latents within the default budget.
   *
   * @param latents [n, c, h, w] as the diffusion model makes them, FLOAT32; left open
   * @return images, [n, channels, s h, s w] with s the {@linkplain VaeConfig#upscaling upscaling};
   *     black is -1 and white 1, and values a little outside are not clipped; owned by the latents'
   *     manager
   * @throws IllegalArgumentException if the shape does not fit
   */
  public NDArray decode(NDArray latents) {
    return decode(latents, DEFAULT_BUDGET);
  }

  /**
   * Decodes latents in slices of as many samples as fit in a budget, at least one.
   *
   * @param latents [n, c, h, w] as the diffusion model makes them, FLOAT32; left open
   * @param budget bytes that may be taken beside the weights and the result
   * @return images, as {@link #decode(NDArray)}
   * @throws IllegalArgumentException if the shape does not fit
   */
  public NDArray decode(NDArray latents, long budget) {
    Shape shape = latents.getShape();
    if (shape.dimension() != 4 || shape.get(1) != config.latentChannels() || shape.size() == 0) {
      throw new IllegalArgumentException(
          "latents are " + shape + ", expected (n, " + config.latentChannels() + ", h, w)");
    }
    long count = shape.get(0);
    long each = config.bytesPerImage(shape.get(2), shape.get(3));
    long slice = Math.max(1, Math.min(count, budget / each));
    try (NDManager scope = latents.getManager().newSubManager()) {
      NDList images = new NDList();
      for (long start = 0; start < count; start += slice) {
        images.add(slice(latents, start, Math.min(count, start + slice), scope));
      }
      NDArray all = images.size() == 1 ? images.get(0) : NDArrays.concat(images);
      all.attach(latents.getManager());
      return all;
    }
  }

  /** Decodes the samples from start to end; the images go to the owner, all else is freed. */
  private NDArray slice(NDArray latents, long start, long end, NDManager owner) {
    try (NDManager scope = owner.newSubManager()) {
      NDArray part = latents.get(new NDIndex("{}:{}", start, end));
      part.attach(scope);
      NDArray unscaled = part.div(config.scalingFactor()).addi(config.shiftFactor());
      NDArray images = network.forward(unscaled);
      images.attach(owner);
      return images;
    }
  }

  /** Frees the weights. */
  @Override
  public void close() {
    network.close();
    manager.close();
  }
}
