package io.harmonica.pixart;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.harmonica.checkpoint.safetensors.ShardedSafetensorsWriter;
import io.harmonica.files.AtomicFiles;
import io.harmonica.model.DiffusersScheduler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a PixArt pipeline's descriptions beside its transformer's weights, as diffusers has them.
 *
 * @param index what {@code model_index.json} says
 * @param scheduler what {@code scheduler_config.json} says
 */
record PixArtFiles(Map<String, Object> index, Map<String, Object> scheduler) {

  /** A pipeline of latents, as published. */
  static PixArtFiles latents() {
    Map<String, Object> index = usualIndex();
    index.put("vae", List.of("diffusers", "AutoencoderKL"));
    return new PixArtFiles(index, usualScheduler());
  }

  /**
   * A pipeline of pixels: no autoencoder, and x_0 clipped to [-1, 1], which is what diffusers'
   * thresholding does if samples may be no larger than 1.
   */
  static PixArtFiles pixels() {
    Map<String, Object> scheduler = usualScheduler();
    scheduler.put("thresholding", true);
    scheduler.put("sample_max_value", 1.0);
    return new PixArtFiles(usualIndex(), scheduler);
  }

  private static Map<String, Object> usualIndex() {
    Map<String, Object> index = new LinkedHashMap<>();
    index.put("_class_name", "PixArtAlphaPipeline");
    index.put("scheduler", List.of("diffusers", "DPMSolverMultistepScheduler"));
    index.put("text_encoder", List.of("transformers", "T5EncoderModel"));
    index.put("tokenizer", List.of("transformers", "T5Tokenizer"));
    index.put("transformer", List.of("diffusers", "PixArtTransformer2DModel"));
    return index;
  }

  /** As in the published pipelines. */
  private static Map<String, Object> usualScheduler() {
    Map<String, Object> scheduler = new LinkedHashMap<>();
    scheduler.put("_class_name", "DPMSolverMultistepScheduler");
    scheduler.put("algorithm_type", "dpmsolver++");
    scheduler.put("beta_end", 0.02);
    scheduler.put("beta_schedule", "linear");
    scheduler.put("beta_start", 0.0001);
    scheduler.put("lower_order_final", true);
    scheduler.put("num_train_timesteps", 1000);
    scheduler.put("prediction_type", "epsilon");
    scheduler.put("solver_order", 2);
    scheduler.put("solver_type", "midpoint");
    scheduler.put("timestep_spacing", "linspace");
    return scheduler;
  }

  void write(Path pipeline, PixArtConfig config, ShardedSafetensorsWriter weights)
      throws IOException {
    Path transformer = Files.createDirectories(pipeline.resolve("transformer"));
    Path noise = Files.createDirectories(pipeline.resolve("scheduler"));
    weights.write(transformer, "diffusion_pytorch_model");
    AtomicFiles.writeString(transformer.resolve("config.json"), config.toJson());
    AtomicFiles.writeString(noise.resolve(DiffusersScheduler.FILE), json(scheduler));
    AtomicFiles.writeString(pipeline.resolve("model_index.json"), json(index));
  }

  private static String json(Map<String, Object> members) {
    Gson gson = new GsonBuilder().setPrettyPrinting().create();
    return gson.toJson(members) + "\n";
  }
}
