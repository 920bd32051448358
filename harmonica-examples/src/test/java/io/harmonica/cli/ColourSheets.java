package io.harmonica.cli;

import io.harmonica.files.Pngs;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The smallest set of images with captions: four sheets of one colour, with two captions each.
 *
 * @param images their folder
 * @param captions their captions' file
 */
record ColourSheets(Path images, Path captions) {
  static final int SIZE = 8;
  private static final List<String> COLOURS = List.of("red", "green", "blue", "white");
  private static final int[] RGB = {0xff0000, 0x00ff00, 0x0000ff, 0xffffff};

  /** Draws them into a folder. */
  static ColourSheets draw(Path folder) throws IOException {
    Path images = Files.createDirectory(folder.resolve("sheets"));
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < RGB.length; i++) {
      BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
      int[] pixels = new int[SIZE * SIZE];
      Arrays.fill(pixels, RGB[i]);
      image.setRGB(0, 0, SIZE, SIZE, pixels, 0, SIZE);
      Pngs.write(image, images.resolve(COLOURS.get(i) + ".png"));
      lines.add(COLOURS.get(i) + ".png\ta " + COLOURS.get(i) + " sheet");
      lines.add(COLOURS.get(i) + ".png\t" + COLOURS.get(i));
    }
    return new ColourSheets(images, Files.write(folder.resolve("captions.tsv"), lines));
  }
}
