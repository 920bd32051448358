package io.harmonica.pixart;

import ai.djl.ndarray.NDManager;
import io.harmonica.model.Footprint;
import io.harmonica.pipeline.ModelFamily;
import io.harmonica.pipeline.PipelineOptions;
import io.harmonica.pipeline.RunnableModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Opens the folders of PixArt pipelines as published by diffusers. */
public final class PixArtFamily implements ModelFamily {
  /** The only public size. */
  private static final String SIZE = "PixArt-XL/2";

  /** Tokens of a caption in the alpha series, and in Sigma, whose images are the largest. */
  private static final int CAPTION = 120;

  private static final int SIGMA_CAPTION = 300;
  private static final int SIGMA_PIXELS = 2048;

  /** Called by the service loader. */
  public PixArtFamily() {}

  @Override
  public String name() {
    return "pixart";
  }

  @Override
  public List<String> pipelineClasses() {
    return PixArtFolder.CLASSES.keySet().stream().sorted().toList();
  }

  /** Text encoder, tokenizer and scheduler are needed, so only whole pipelines will do. */
  @Override
  public boolean recognises(Path path, PipelineOptions options) {
    return false;
  }

  @Override
  public Optional<Footprint> footprint(String size, int pixels) {
    if (!size.equals(SIZE)) {
      return Optional.empty();
    }
    int latents = Footprint.latents(pixels);
    int caption = pixels < SIGMA_PIXELS ? CAPTION : SIGMA_CAPTION;
    return Optional.of(
        PixArtConfig.xl2(latents)
            .footprint(new PixArtInput(latents, latents, pixels / latents, caption)));
  }

  @Override
  public RunnableModel open(NDManager manager, Path path, PipelineOptions options)
      throws IOException {
    PixArtFolder folder =
        PixArtFolder.at(path)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        path
                            + " is no PixArt pipeline: it has no model_index.json of one; name the"
                            + " folder that diffusers publishes"));
    if (options.config().isPresent()) {
      throw new IllegalArgumentException(
          "a configuration is given, but " + path + " brings its own; leave it out");
    }
    return RunnablePixArt.open(manager, folder, options);
  }
}
