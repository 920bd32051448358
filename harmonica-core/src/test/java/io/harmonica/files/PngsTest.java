package io.harmonica.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PngsTest {

  @TempDir private Path folder;

  @Test
  void keepsEveryPixel() throws IOException {
    BufferedImage image = gradient(5, 3);
    BufferedImage decoded = ImageIO.read(new ByteArrayInputStream(Pngs.encode(image)));
    assertThat(decoded.getWidth()).isEqualTo(5);
    assertThat(decoded.getHeight()).isEqualTo(3);
    for (int i = 0; i < 15; i++) {
      assertThat(decoded.getRGB(i % 5, i / 5)).isEqualTo(image.getRGB(i % 5, i / 5));
    }
  }

  @Test
  void createsFoldersAndReplacesOldFiles() throws IOException {
    Path file = folder.resolve("new/deeper/picture.png");
    Pngs.write(gradient(2, 2), file);
    Pngs.write(gradient(4, 4), file);
    assertThat(ImageIO.read(file.toFile()).getWidth()).isEqualTo(4);
    assertThat(list(file.getParent())).containsExactly("picture.png");
  }

  @Test
  void leavesNothingBehindWhenItFails() throws IOException {
    Path occupied = Files.createDirectory(folder.resolve("picture.png"));
    Files.createFile(occupied.resolve("something"));
    assertThatThrownBy(() -> Pngs.write(gradient(2, 2), occupied)).isInstanceOf(IOException.class);
    assertThat(list(folder)).containsExactly("picture.png");
    assertThat(list(occupied)).containsExactly("something");
  }

  private static BufferedImage gradient(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      image.setRGB(i % width, i / width, 0x0B1D33 * i);
    }
    return image;
  }

  private static List<String> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
