package io.harmonica.dit;

import ai.djl.ndarray.NDManager;
import io.harmonica.model.ConfigText;
import io.harmonica.model.Footprint;
import io.harmonica.pipeline.ModelFamily;
import io.harmonica.pipeline.PipelineOptions;
import io.harmonica.pipeline.RunnableModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens class-conditional Diffusion Transformers, and whatever no other family knows. */
public final class DitFamily implements ModelFamily {
  private static final Logger LOG = LoggerFactory.getLogger(DitFamily.class);

  /** A pipeline's description tells what its model is. */
  private static final String INDEX = "model_index.json";

  /** Called by the service loader. */
  public DitFamily() {}

  @Override
  public String name() {
    return "dit";
  }

  @Override
  public List<String> pipelineClasses() {
    return List.of("DiTPipeline");
  }

  /** A bare checkpoint has no mark but its tensors; what it lacks is said when it is read. */
  @Override
  public boolean recognises(Path path, PipelineOptions options) {
    return true;
  }

  @Override
  public Optional<Footprint> footprint(String size, int pixels) {
    return size.startsWith("DiT-")
        ? Optional.of(DitConfig.named(size, Footprint.latents(pixels)).footprint())
        : Optional.empty();
  }

  @Override
  public RunnableModel open(NDManager manager, Path path, PipelineOptions options)
      throws IOException {
    options.refuseWordsAndSizes(name());
    if (options.family().isEmpty() && couldBeAnother(path, options)) {
      LOG.info(
          "{} is taken as a DiT: nothing says that it is a SiT, which looks the same; if it is one,"
              + " name the family sit",
          path);
    }
    return RunnableDit.open(manager, path, options.config(), options.precision());
  }

  /** Neither a pipeline's description nor its configuration's family says what it is. */
  private static boolean couldBeAnother(Path path, PipelineOptions options) throws IOException {
    return Files.exists(path)
        && !Files.exists(path.resolve(INDEX))
        && DitCheckpoint.configuration(path, options.config())
            .map(ConfigText::family)
            .orElse("")
            .isEmpty();
  }
}
