package io.harmonica.files;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Turns pictures into PNG files. */
public final class Pngs {

  private Pngs() {}

  /**
   * Encodes a picture in memory.
   *
   * @param image the picture
   * @return the bytes of a PNG file
   */
  public static byte[] encode(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(image, "png", stream)) {
        throw new IllegalStateException("this Java runtime has no PNG encoder");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return bytes.toByteArray();
  }

  /**
   * Writes a picture as a PNG file, as a whole or not at all: to a temporary file beside it, which
   * is then moved. Creates the folder if it is missing.
   *
   * @param image the picture
   * @param file the file to create or replace
   * @throws IOException if it can't be written; an old file is untouched then
   */
  public static void write(BufferedImage image, Path file) throws IOException {
    byte[] bytes = encode(image);
    Files.createDirectories(file.toAbsolutePath().getParent());
    AtomicFiles.write(file, out -> out.write(bytes));
  }
}
