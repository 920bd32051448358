package io.harmonica.uvit;

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

/** Opens class-conditional U-ViTs, which the names of their tensors tell. */
public final class UvitFamily implements ModelFamily {

  /** Called by the service loader. */
  public UvitFamily() {}

  @Override
  public String name() {
    return UvitCheckpoint.FAMILY;
  }

  /** There are none. */
  @Override
  public List<String> pipelineClasses() {
    return List.of();
  }

  @Override
  public boolean recognises(Path path, PipelineOptions options) throws IOException {
    return Files.exists(path) && UvitCheckpoint.isIn(path);
  }

  @Override
  public Optional<Footprint> footprint(String size, int pixels) {
    return size.startsWith("U-ViT-")
        ? Optional.of(UvitConfig.named(size, Footprint.latents(pixels)).footprint())
        : Optional.empty();
  }

  @Override
  public RunnableModel open(NDManager manager, Path path, PipelineOptions options)
      throws IOException {
    options.refuseWordsAndSizes(name());
    return RunnableUvit.open(manager, path, options.config(), options.precision());
  }
}
