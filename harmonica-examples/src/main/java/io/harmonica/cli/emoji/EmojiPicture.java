package io.harmonica.cli.emoji;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import javax.imageio.ImageIO;

/** An emoji's image on white, shrunk to the size that the model has. */
final class EmojiPicture {
  /** Height and width of the pictures. */
  static final int SIZE = 32;

  /** The share of what is not background that a colour must have to be named. */
  private static final double MOST = 0.55;

  private final BufferedImage picture;

  private EmojiPicture(BufferedImage picture) {
    this.picture = picture;
  }

  static EmojiPicture read(Path file) throws IOException {
    BufferedImage original = ImageIO.read(file.toFile());
    if (original == null || original.getWidth() % SIZE != 0 || original.getHeight() % SIZE != 0) {
      throw new IOException(file + " is no image of whole multiples of " + SIZE + " pixels");
    }
    BufferedImage white =
        new BufferedImage(original.getWidth(), original.getHeight(), BufferedImage.TYPE_INT_RGB);
    Graphics2D canvas = white.createGraphics();
    canvas.drawImage(original, 0, 0, Color.WHITE, null);
    canvas.dispose();
    return new EmojiPicture(shrunk(white));
  }

  /** Every pixel is the mean of those that it stands for. */
  private static BufferedImage shrunk(BufferedImage large) {
    BufferedImage small = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
    int wide = large.getWidth() / SIZE;
    int high = large.getHeight() / SIZE;
    for (int y = 0; y < SIZE; y++) {
      for (int x = 0; x < SIZE; x++) {
        int[] rgb = large.getRGB(x * wide, y * high, wide, high, null, 0, wide);
        int value = 0;
        for (int shift = 0; shift <= 16; shift += 8) {
          int sum = 0;
          for (int pixel : rgb) {
            sum += pixel >> shift & 0xff;
          }
          value |= Math.round((float) sum / rgb.length) << shift;
        }
        small.setRGB(x, y, value);
      }
    }
    return small;
  }

  BufferedImage picture() {
    return picture;
  }

  /** The name of the colour that most of the emoji has, or the empty text. */
  String colour() {
    Map<String, Integer> counts = new HashMap<>();
    int inked = 0;
    for (int i = 0; i < SIZE * SIZE; i++) {
      String colour = colour(picture.getRGB(i % SIZE, i / SIZE));
      if (!colour.isEmpty()) {
        counts.merge(colour, 1, Integer::sum);
        inked++;
      }
    }
    for (Map.Entry<String, Integer> count : counts.entrySet()) {
      if (count.getValue() > MOST * inked) {
        return count.getKey();
      }
    }
    return "";
  }

  private static String colour(int rgb) {
    float[] hsb = Color.RGBtoHSB(rgb >> 16 & 0xff, rgb >> 8 & 0xff, rgb & 0xff, null);
    float degrees = 360 * hsb[0];
    if (hsb[1] < 0.15) {
      return hsb[2] > 0.93 ? "" : hsb[2] > 0.35 ? "grey" : "black";
    }
    if (hsb[2] < 0.25) {
      return "black";
    }
    if (degrees < 42 && degrees >= 8 && hsb[2] < 0.78) {
      return "brown";
    }
    return hue(degrees, hsb[1]);
  }

  private static String hue(float degrees, float saturation) {
    if (degrees < 15 || degrees >= 345) {
      return saturation < 0.5 ? "pink" : "red";
    }
    if (degrees < 40) {
      return "orange";
    }
    if (degrees < 68) {
      return "yellow";
    }
    if (degrees < 165) {
      return "green";
    }
    if (degrees < 255) {
      return "blue";
    }
    return degrees < 300 ? "purple" : "pink";
  }
}
