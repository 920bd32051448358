package io.harmonica.cli;

import ai.djl.ndarray.types.Shape;
import io.harmonica.cli.report.ImageGrid;
import io.harmonica.files.Pngs;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.ImageDecoder;
import io.harmonica.pipeline.Images;
import io.harmonica.pipeline.PipelineOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import picocli.CommandLine.Option;

/** Where samples go: latents as they are, and images of them. */
final class SampleFiles {
  private static final int MOST_COLUMNS = 8;

  @Option(
      names = "--latents",
      paramLabel = "FILE",
      description = "write x_0 as a safetensors file, key \"samples\", [n, C, H, W]")
  private Path latents;

  @Option(names = "--out", paramLabel = "DIR", description = "write PNG images and a grid")
  private Path out;

  @Option(
      names = "--vae",
      paramLabel = "PATH",
      description =
          "the autoencoder that turns a latent model's samples into images for --out; PixArt"
              + " pipelines bring their own")
  private Path vae;

  /** Refuses what could not be written in the end. */
  void check() throws IOException {
    if (latents == null && out == null) {
      throw new IllegalArgumentException(
          "nothing to write: give --out DIR, --latents FILE or both");
    }
    if (vae != null && out == null) {
      throw new IllegalArgumentException("--vae makes images for --out DIR, which is missing");
    }
    if (latents != null) {
      Outputs.requireFolderOf(latents);
    }
    if (out != null) {
      Outputs.prepareFolder(out);
    }
  }

  Optional<Path> latents() {
    return Optional.ofNullable(latents);
  }

  boolean wantsImages() {
    return out != null;
  }

  /** Chooses the autoencoder; if no images are wanted, none is read. */
  PipelineOptions apply(PipelineOptions options) {
    if (!wantsImages()) {
      return options.withoutAutoencoder();
    }
    Inputs.requireAutoencoder(vae);
    return vae == null ? options : options.autoencoder(vae);
  }

  /** Refuses images of a pipeline that makes none. */
  void check(DiffusionPipeline pipeline) {
    if (wantsImages() && !pipeline.decoder().makesPictures()) {
      throw new IllegalArgumentException(
          pipeline.model().name()
              + " samples latents, which --out shows only with the autoencoder they were made"
              + " for: give --vae PATH, or --latents FILE instead of --out");
    }
  }

  /** Writes an image for each request, and all of them in a grid. */
  void write(Images images) throws IOException {
    images.write(out);
    List<String> titles = IntStream.range(0, images.count()).mapToObj(images::title).toList();
    ImageDecoder.Pixels pixels = images.pixels();
    Pngs.write(grid(pixels).captions(titles).draw(pixels.values()), out.resolve("grid.png"));
  }

  /** Writes a grid with each image below the one that was made without caching. */
  void writePairs(ImageDecoder.Pixels full, ImageDecoder.Pixels cached) throws IOException {
    int count = full.values().length;
    int columns = MOST_COLUMNS;
    while (count % columns != 0) {
      columns--;
    }
    List<String> rows = Collections.nCopies(count / columns, "");
    Pngs.write(
        grid(full)
            .columns(columns)
            .drawPaired(full.values(), cached.values(), "full", "cached", rows),
        out.resolve("full-and-cached.png"));
  }

  private static ImageGrid grid(ImageDecoder.Pixels images) {
    Shape shape = images.shape();
    return ImageGrid.of((int) shape.get(0), (int) shape.get(1), (int) shape.get(2));
  }
}
