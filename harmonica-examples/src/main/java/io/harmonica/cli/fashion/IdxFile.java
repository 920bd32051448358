package io.harmonica.cli.fashion;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * A file of unsigned bytes in the IDX format of MNIST and Fashion-MNIST, plain or gzipped.
 *
 * @param shape the dimensions, the first is the number of items
 * @param bytes the values in row-major order
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record IdxFile(int[] shape, byte[] bytes) {
  private static final int UNSIGNED_BYTES = 0x08;
  private static final long LARGEST = 1L << 30;

  /**
   * Reads {@code folder/name} or {@code folder/name.gz}.
   *
   * @throws IOException if neither is there or the content is malformed
   */
  static IdxFile read(Path folder, String name) throws IOException {
    Path plain = folder.resolve(name);
    Path zipped = folder.resolve(name + ".gz");
    Path file = Files.isRegularFile(plain) ? plain : zipped;
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          folder
              + " holds neither "
              + name
              + " nor "
              + name
              + ".gz; give the folder with Fashion-MNIST's IDX files (Debian: dataset-fashion-mnist installs them in"
              + " /usr/share/datasets/fashion-mnist)");
    }
    try (InputStream raw = Files.newInputStream(file);
        DataInputStream in =
            new DataInputStream(
                new BufferedInputStream(file.equals(zipped) ? new GZIPInputStream(raw) : raw))) {
      return parse(in);
    } catch (EOFException e) {
      throw new IOException(file + " ends too early for an IDX file; fetch it again", e);
    } catch (IOException e) {
      throw new IOException(file + ": " + e.getMessage() + "; fetch it again", e);
    }
  }

  private static IdxFile parse(DataInputStream in) throws IOException {
    int magic = in.readInt();
    int dimensions = magic & 0xff;
    if (magic >>> 8 != UNSIGNED_BYTES || dimensions < 1 || dimensions > 4) {
      throw new IOException("not an IDX file of bytes (it starts with 0x%08x)".formatted(magic));
    }
    int[] shape = new int[dimensions];
    long size = 1;
    for (int i = 0; i < dimensions; i++) {
      shape[i] = in.readInt();
      if (shape[i] < 0 || (size *= shape[i]) > LARGEST) {
        throw new IOException("impossible dimensions " + Arrays.toString(shape));
      }
    }
    byte[] bytes = in.readNBytes((int) size);
    if (bytes.length < size) {
      throw new EOFException();
    }
    return new IdxFile(shape, bytes);
  }
}
