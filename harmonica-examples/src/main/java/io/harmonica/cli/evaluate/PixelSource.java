package io.harmonica.cli.evaluate;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A set of images of one size, read some at a time. */
public interface PixelSource extends Closeable {

  /** Takes pixels. */
  @FunctionalInterface
  interface Taker {
    /**
     * Takes the next images.
     *
     * @param pixels unsigned bytes, [count, height, width, 3]; valid during the call
     * @param count how many images
     * @throws IOException if what is made of them cannot be written
     */
    void take(byte[] pixels, int count) throws IOException;
  }

  /** {@return where the images lie} */
  Path path();

  /** {@return how many there are} */
  int count();

  /** {@return the height of each} */
  int height();

  /** {@return the width of each} */
  int width();

  /**
   * Hands over all images in their order.
   *
   * @param batch how many at a time, at most
   * @param taker gets them
   * @throws IOException if an image is damaged or of another size, or cannot be read
   */
  void forEach(int batch, Taker taker) throws IOException;

  /**
   * Computes the checksum of the files that the images lie in.
   *
   * @return SHA-256 in lower-case hexadecimal; for a folder that of all names and checksums
   * @throws IOException if a file cannot be read
   */
  String sha256() throws IOException;

  /**
   * Opens a set.
   *
   * @param path a folder with {@code .png} and {@code .jpg} files, which are taken in the order of
   *     their names, or an {@code .npz} file with {@code arr_0}
   * @return the set, which the caller closes
   * @throws IOException if there is none, or it is damaged or empty
   */
  static PixelSource open(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return FolderPixels.open(path);
    }
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString(), null, "there is no such file or folder");
    }
    return NpzPixels.open(path);
  }
}
