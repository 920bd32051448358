package io.harmonica.pipeline;

import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.ndarray.types.Shape;
import io.harmonica.files.Pngs;
import io.harmonica.plan.CachePlan;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a pipeline sampled, on the host: the samples x_0, and the pictures that they decode to.
 * Nothing here needs the pipeline any more.
 */
public final class Images {
  private final ImageSubjects subjects;
  private final Sampled run;
  private final Optional<ImageDecoder.Pixels> pixels;

  /** How the samples came out of the loop. */
  @SuppressWarnings("ArrayRecordComponent") // a bare carrier, read at once
  record Sampled(
      Shape shape, float[][] values, CachePlan plan, double seconds, long peakCacheBytes) {}

  Images(ImageSubjects subjects, Sampled run, Optional<ImageDecoder.Pixels> pixels) {
    this.subjects = subjects;
    this.run = run;
    this.pixels = pixels;
  }

  /** {@return the number of images} */
  public int count() {
    return subjects.count();
  }

  /**
   * Says what an image shows.
   *
   * @param index of the image
   * @return for example {@code golden retriever}
   */
  public String title(int index) {
    return subjects.title(index);
  }

  /** {@return x_0 as the model made it, one row of C x H x W values for each image; a copy} */
  public float[][] latents() {
    float[][] copy = run.values().clone();
    for (int i = 0; i < copy.length; i++) {
      copy[i] = copy[i].clone();
    }
    return copy;
  }

  /** {@return the shape of a row of {@link #latents()}, [C, H, W]} */
  public Shape latentShape() {
    return run.shape();
  }

  /** {@return whether there are pictures; not for latents without an autoencoder} */
  public boolean hasPictures() {
    return pixels.isPresent();
  }

  /**
   * Gives the pictures as numbers.
   *
   * @return values in [-1, 1] with their shape
   * @throws IllegalStateException if there are no pictures
   */
  public ImageDecoder.Pixels pixels() {
    return pixels.orElseThrow(
        () ->
            new IllegalStateException(
                "these are latents of shape %s, no images: open the pipeline with the autoencoder"
                        .formatted(run.shape())
                    + " they were made for, and do not ask for latents only"));
  }

  /**
   * Draws a picture.
   *
   * @param index of the image
   * @return RGB, without alpha
   * @throws IllegalStateException if there are no pictures
   */
  public BufferedImage image(int index) {
    return pixels().picture(index);
  }

  /**
   * Gives a picture as DJL's models take it.
   *
   * @param index of the image
   * @return the image, on the host
   * @throws IllegalStateException if there are no pictures
   */
  public Image djlImage(int index) {
    return ImageFactory.getInstance().fromImage(image(index));
  }

  /**
   * Writes a PNG file for each image, named by its number and what it shows, such as {@code
   * 00000-207-golden-retriever.png}. The folder is created if it is missing.
   *
   * @param folder where they go
   * @return the files
   * @throws IOException if one cannot be written; each is whole or not there
   * @throws IllegalStateException if there are no pictures
   */
  public List<Path> write(Path folder) throws IOException {
    pixels();
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < count(); i++) {
      Path file = folder.resolve("%05d-%s.png".formatted(i, subjects.name(i)));
      Pngs.write(image(i), file);
      files.add(file);
    }
    return files;
  }

  /** {@return the plan that the run followed} */
  public CachePlan plan() {
    return run.plan();
  }

  /** {@return wall-clock seconds of sampling, from noise to x_0, without decoding} */
  public double seconds() {
    return run.seconds();
  }

  /** {@return the most that the cache ever held, in bytes} */
  public long peakCacheBytes() {
    return run.peakCacheBytes();
  }
}
