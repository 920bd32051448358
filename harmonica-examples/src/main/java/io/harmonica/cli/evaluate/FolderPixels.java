package io.harmonica.cli.evaluate;

import io.harmonica.files.Hashes;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** Images in files of their own. Grey becomes three equal colours, transparency is left out. */
final class FolderPixels implements PixelSource {
  private static final List<String> ENDINGS = List.of(".png", ".jpg", ".jpeg");
  private static final long MOST_PIXELS = 1 << 26;

  private final Path path;
  private final List<Path> files;
  private final int height;
  private final int width;

  private FolderPixels(Path path, List<Path> files, int height, int width) {
    this.path = path;
    this.files = files;
    this.height = height;
    this.width = width;
  }

  static FolderPixels open(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> listed = Files.list(folder)) {
      files = listed.filter(FolderPixels::isImage).sorted().toList();
    }
    if (files.isEmpty()) {
      throw new IllegalArgumentException(
          folder + " holds no .png or .jpg images; give the folder that does, or an .npz file");
    }
    try (Opened first = Opened.of(files.get(0))) {
      int height = first.reader().getHeight(0);
      int width = first.reader().getWidth(0);
      if ((long) height * width > MOST_PIXELS) {
        throw new IOException(
            "%s is %d x %d, too large to be evaluated".formatted(files.get(0), height, width));
      }
      return new FolderPixels(folder, files, height, width);
    }
  }

  private static boolean isImage(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return ENDINGS.stream().anyMatch(name::endsWith) && Files.isRegularFile(file);
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public int count() {
    return files.size();
  }

  @Override
  public int height() {
    return height;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public void forEach(int batch, Taker taker) throws IOException {
    int each = 3 * height * width;
    int atOnce = Math.max(1, Math.min(batch, Integer.MAX_VALUE / 2 / each));
    byte[] pixels = new byte[atOnce * each];
    int there = 0;
    for (int i = 0; i < files.size(); i++) {
      read(files.get(i), pixels, there * each);
      there++;
      if (there == atOnce || i == files.size() - 1) {
        taker.take(pixels, there);
        there = 0;
      }
    }
  }

  private void read(Path file, byte[] pixels, int at) throws IOException {
    try (Opened opened = Opened.of(file)) {
      int foundHeight = opened.reader().getHeight(0);
      int foundWidth = opened.reader().getWidth(0);
      if (foundHeight != height || foundWidth != width) {
        throw new IllegalArgumentException(
            "%s is %d x %d, %s is %d x %d; the images of a set must have one size"
                .formatted(file, foundHeight, foundWidth, files.get(0), height, width));
      }
      copy(opened.reader().read(0), pixels, at);
    } catch (IOException | RuntimeException e) {
      if (e instanceof IllegalArgumentException) {
        throw e;
      }
      throw damaged(file, e);
    }
  }

  private static void copy(BufferedImage image, byte[] pixels, int at) {
    Raster raster = image.getRaster();
    // Java would take grey for linear light and brighten it.
    boolean grey =
        raster.getNumBands() < 3
            && raster.getSampleModel().getSampleSize(0) == Byte.SIZE
            && !(image.getColorModel() instanceof IndexColorModel);
    int next = at;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int colour = grey ? 0x010101 * raster.getSample(x, y, 0) : image.getRGB(x, y);
        pixels[next++] = (byte) (colour >> 16);
        pixels[next++] = (byte) (colour >> 8);
        pixels[next++] = (byte) colour;
      }
    }
  }

  /** An image whose size can be asked for before it is decoded. */
  private record Opened(ImageInputStream in, ImageReader reader) implements AutoCloseable {
    static Opened of(Path file) throws IOException {
      ImageInputStream in = ImageIO.createImageInputStream(file.toFile());
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        in.close();
        throw damaged(file, null);
      }
      ImageReader reader = readers.next();
      reader.setInput(in, true, true);
      return new Opened(in, reader);
    }

    @Override
    public void close() throws IOException {
      reader.dispose();
      in.close();
    }
  }

  private static IOException damaged(Path file, Exception cause) {
    return new IOException(
        file + " is no image that can be read; remove it or save it again", cause);
  }

  @Override
  public String sha256() throws IOException {
    Map<String, String> sums = new LinkedHashMap<>();
    for (Path file : files) {
      sums.put(file.getFileName().toString(), FileHash.of(file));
    }
    return Hashes.of(sums);
  }

  @Override
  public void close() {
    // Files are open only while they are read.
  }
}
