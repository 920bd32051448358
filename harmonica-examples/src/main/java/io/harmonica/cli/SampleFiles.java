package io.harmonica.cli;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cli.report.ImageGrid;
import io.harmonica.cli.report.Pngs;
import io.harmonica.cli.sampling.ImageDecoder;
import io.harmonica.cli.sampling.ImageRequests;
import io.harmonica.cli.sampling.RunnableModel;
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

  /** Opens what turns samples into images; if none are wanted, no autoencoder is read. */
  ImageDecoder decoder(NDManager manager, RunnableModel model) throws IOException {
    Optional<Path> path = vae != null ? Optional.of(vae) : model.autoencoder();
    ImageDecoder decoder = ImageDecoder.open(manager, model, path.filter(found -> wantsImages()));
    if (wantsImages() && !decoder.makesPictures()) {
      decoder.close();
      throw new IllegalArgumentException(
          model.name()
              + " samples latents, which --out shows only with the autoencoder they were made"
              + " for: give --vae PATH, or --latents FILE instead of --out");
    }
    return decoder;
  }

  /** Writes an image for each request, and all of them in a grid. */
  void write(ImageDecoder.Images images, ImageRequests requests) throws IOException {
    ImageGrid grid = grid(images);
    for (int i = 0; i < images.values().length; i++) {
      Path file = out.resolve("%05d-%s.png".formatted(i, requests.name(i)));
      Pngs.write(grid.picture(images.values()[i]), file);
    }
    List<String> titles =
        IntStream.range(0, images.values().length).mapToObj(requests::title).toList();
    Pngs.write(grid.captions(titles).draw(images.values()), out.resolve("grid.png"));
  }

  /** Writes a grid with each image below the one that was made without caching. */
  void writePairs(ImageDecoder.Images full, ImageDecoder.Images cached) throws IOException {
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

  private static ImageGrid grid(ImageDecoder.Images images) {
    Shape shape = images.shape();
    return ImageGrid.of((int) shape.get(0), (int) shape.get(1), (int) shape.get(2));
  }
}
