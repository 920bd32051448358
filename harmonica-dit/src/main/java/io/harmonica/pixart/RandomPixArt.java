package io.harmonica.pixart;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.ShardedSafetensorsWriter;
import io.harmonica.checkpoint.tensor.TensorType;
import io.harmonica.files.AtomicFiles;
import io.harmonica.model.DiffusersScheduler;
import io.harmonica.model.RandomTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * PixArt transformers of any size with random weights, laid out like a downloaded pipeline: enough
 * to measure time and memory. Written tensor by tensor.
 */
public final class RandomPixArt {
  /** As in the published pipelines. */
  private static final String SCHEDULER =
      """
      {
        "_class_name": "DPMSolverMultistepScheduler",
        "algorithm_type": "dpmsolver++",
        "beta_end": 0.02,
        "beta_schedule": "linear",
        "beta_start": 0.0001,
        "lower_order_final": true,
        "num_train_timesteps": 1000,
        "prediction_type": "epsilon",
        "solver_order": 2,
        "solver_type": "midpoint",
        "timestep_spacing": "linspace"
      }
      """;

  private static final String INDEX =
      """
      {
        "_class_name": "PixArtAlphaPipeline",
        "scheduler": ["diffusers", "DPMSolverMultistepScheduler"],
        "text_encoder": ["transformers", "T5EncoderModel"],
        "tokenizer": ["transformers", "T5Tokenizer"],
        "transformer": ["diffusers", "PixArtTransformer2DModel"],
        "vae": ["diffusers", "AutoencoderKL"]
      }
      """;

  private RandomPixArt() {}

  /**
   * Writes a pipeline's description and its folders {@code transformer} and {@code scheduler}; the
   * other parts can be copied there.
   *
   * @param pipeline the pipeline's folder; created if need be
   * @param config the transformer's shape
   * @param type how the weights are stored: F32, F16 or BF16
   * @param limit bytes of tensors that a file may hold; beyond that there are several and an index
   * @param seed the same seed gives the same bytes on every machine
   * @throws IOException if writing fails
   */
  public static void write(
      Path pipeline, PixArtConfig config, TensorType type, long limit, long seed)
      throws IOException {
    Path transformer = Files.createDirectories(pipeline.resolve("transformer"));
    Path scheduler = Files.createDirectories(pipeline.resolve("scheduler"));
    ShardedSafetensorsWriter writer = new ShardedSafetensorsWriter(limit);
    long next = 0;
    for (Map.Entry<String, Shape> tensor : PixArtTensors.shapes(config).entrySet()) {
      Shape shape = tensor.getValue();
      long number = next++;
      writer.put(tensor.getKey(), type, shape, () -> RandomTensors.uniform(shape, seed, number));
    }
    writer.write(transformer, "diffusion_pytorch_model");
    AtomicFiles.writeString(transformer.resolve("config.json"), config.toJson());
    AtomicFiles.writeString(scheduler.resolve(DiffusersScheduler.FILE), SCHEDULER);
    AtomicFiles.writeString(pipeline.resolve("model_index.json"), INDEX);
  }
}
