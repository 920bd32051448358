package io.harmonica.cli.emoji;

import ai.djl.ndarray.types.Shape;
import io.harmonica.cli.training.TrainingImages;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/**
 * Square colour images of one size, each with one caption or more.
 *
 * @param size height and width
 * @param pixels of each image, red, green and blue planes in [-1, 1]
 * @param captions of each image
 */
public record CaptionedImages(int size, List<float[]> pixels, List<List<String>> captions)
    implements TrainingImages {

  /**
   * Reads images and captions.
   *
   * @param folder holds the images
   * @param file lines of an image's file, a tab and a caption
   * @return the images in the order in which the file first names them
   * @throws IOException if a file is missing or damaged
   */
  public static CaptionedImages read(Path folder, Path file) throws IOException {
    Map<String, List<String>> captions = new LinkedHashMap<>();
    for (String line : Files.readAllLines(file)) {
      String[] parts = line.split("\t", -1);
      if (parts.length != 2 || parts[0].isBlank() || parts[1].isBlank()) {
        throw new IOException(
            "%s has the line \"%s\", expected an image's file, a tab and a caption"
                .formatted(file, line));
      }
      captions.computeIfAbsent(parts[0], image -> new ArrayList<>()).add(parts[1]);
    }
    if (captions.isEmpty()) {
      throw new IOException(file + " is empty, expected lines of an image's file and a caption");
    }
    List<float[]> pixels = new ArrayList<>();
    int size = 0;
    for (String name : captions.keySet()) {
      BufferedImage image = image(folder.resolve(name));
      size = size == 0 ? image.getWidth() : size;
      if (image.getWidth() != size || image.getHeight() != size) {
        throw new IOException(
            "%s is %d x %d, expected %d x %d as the first image"
                .formatted(folder.resolve(name), image.getWidth(), image.getHeight(), size, size));
      }
      pixels.add(planes(image));
    }
    return new CaptionedImages(size, pixels, captions.values().stream().map(List::copyOf).toList());
  }

  private static BufferedImage image(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + " is missing, though the captions name it");
    }
    BufferedImage image = ImageIO.read(file.toFile());
    if (image == null) {
      throw new IOException(file + " is no image that Java reads, such as PNG");
    }
    return image;
  }

  private static float[] planes(BufferedImage image) {
    int plane = image.getWidth() * image.getHeight();
    float[] planes = new float[3 * plane];
    for (int i = 0; i < plane; i++) {
      int rgb = image.getRGB(i % image.getWidth(), i / image.getWidth());
      for (int channel = 0; channel < 3; channel++) {
        planes[channel * plane + i] = (rgb >> (16 - 8 * channel) & 0xff) / 127.5f - 1;
      }
    }
    return planes;
  }

  @Override
  public int count() {
    return pixels.size();
  }

  @Override
  public Shape shape() {
    return new Shape(3, size, size);
  }

  @Override
  public void copy(int index, float[] target, int offset) {
    float[] image = pixels.get(index);
    System.arraycopy(image, 0, target, offset, image.length);
  }
}
