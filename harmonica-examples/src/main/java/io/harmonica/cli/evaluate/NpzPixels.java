package io.harmonica.cli.evaluate;

import io.harmonica.checkpoint.numpy.NpyHeader;
import io.harmonica.checkpoint.numpy.NpyStream;
import io.harmonica.checkpoint.numpy.NpyType;
import io.harmonica.checkpoint.numpy.NpzReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Images in the archive that the ADM evaluator reads: {@code arr_0}, uint8, [n, H, W, 3]. */
final class NpzPixels implements PixelSource {
  static final String ARRAY = "arr_0";
  private static final long MOST_PIXELS = 1 << 26;

  private final Path path;
  private final NpzReader npz;
  private final List<Long> shape;

  private NpzPixels(Path path, NpzReader npz, List<Long> shape) {
    this.path = path;
    this.npz = npz;
    this.shape = shape;
  }

  static NpzPixels open(Path path) throws IOException {
    NpzReader npz = NpzReader.open(path);
    try {
      NpyHeader header = npz.header(ARRAY);
      List<Long> shape = header.shape();
      if (header.type() != NpyType.UINT8
          || shape.size() != 4
          || shape.get(3) != 3
          || shape.get(0) < 1
          || shape.get(0) > Integer.MAX_VALUE
          || shape.get(1) < 1
          || shape.get(2) < 1
          || shape.get(1) > MOST_PIXELS / shape.get(2)) {
        throw new IllegalArgumentException(
            "%s: %s is %s of %s, expected images: uint8 of [n, H, W, 3]"
                .formatted(path, ARRAY, shape, header.type().code()));
      }
      return new NpzPixels(path, npz, shape);
    } catch (Throwable e) {
      npz.close();
      throw e;
    }
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public int count() {
    return Math.toIntExact(shape.get(0));
  }

  @Override
  public int height() {
    return Math.toIntExact(shape.get(1));
  }

  @Override
  public int width() {
    return Math.toIntExact(shape.get(2));
  }

  @Override
  public void forEach(int batch, Taker taker) throws IOException {
    int each = 3 * height() * width();
    int atOnce = Math.max(1, Math.min(batch, Integer.MAX_VALUE / 2 / each));
    byte[] pixels = new byte[atOnce * each];
    try (NpyStream stream = npz.open(ARRAY)) {
      for (int done = 0; done < count(); ) {
        int images = Math.min(atOnce, count() - done);
        stream.readFully(pixels, images * each);
        taker.take(pixels, images);
        done += images;
      }
    }
  }

  @Override
  public String sha256() throws IOException {
    return FileHash.of(path);
  }

  @Override
  public void close() throws IOException {
    npz.close();
  }
}
