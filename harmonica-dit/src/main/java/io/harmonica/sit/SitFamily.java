package io.harmonica.sit;

import ai.djl.ndarray.NDManager;
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

/** Opens SiT models, which their files alone do not tell from DiTs. */
public final class SitFamily implements ModelFamily {
  private static final Logger LOG = LoggerFactory.getLogger(SitFamily.class);

  /** Called by the service loader. */
  public SitFamily() {}

  @Override
  public String name() {
    return SitCheckpoint.FAMILY;
  }

  @Override
  public List<String> pipelineClasses() {
    return List.of("SiTPipeline");
  }

  @Override
  public boolean recognises(Path path, PipelineOptions options) throws IOException {
    return Files.exists(path) && SitCheckpoint.sign(path, options.config()).isPresent();
  }

  @Override
  public Optional<Footprint> footprint(String size, int pixels) {
    return size.startsWith("SiT-")
        ? Optional.of(SitCheckpoint.named(size, Footprint.latents(pixels)).footprint())
        : Optional.empty();
  }

  @Override
  public RunnableModel open(NDManager manager, Path path, PipelineOptions options)
      throws IOException {
    options.refuseWordsAndSizes(name());
    Optional<String> sign = SitCheckpoint.sign(path, options.config());
    if (options.family().isEmpty() && sign.isPresent()) {
      LOG.info("{} is taken as a SiT: {}; if it is a DiT, name the family dit", path, sign.get());
    }
    return RunnableSit.open(manager, path, options.config(), options.precision());
  }
}
