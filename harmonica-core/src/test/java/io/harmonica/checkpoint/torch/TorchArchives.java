package io.harmonica.checkpoint.torch;

import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Puts together PyTorch archives with any content, sound or not. */
public final class TorchArchives {

  private TorchArchives() {}

  /** A sound archive with two tensors and a value. */
  public static byte[] small() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      new TorchFileWriter()
          .put("routers", "0.prob", new Shape(2), new float[] {1, 2})
          .put("routers", "1.prob", new Shape(1, 2), new float[] {3, 4})
          .put("args", "tau", 0.1)
          .write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** An archive of a pickle and of entries {@code data/0}, {@code data/1}, ... */
  static ByteBuffer stored(byte[] pickle, byte[]... storages) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ZipWriter zip = new ZipWriter(out);
    try {
      zip.add("x/data.pkl", pickle.length, to -> to.write(pickle));
      for (int i = 0; i < storages.length; i++) {
        byte[] storage = storages[i];
        zip.add("x/data/" + i, storage.length, to -> to.write(storage));
      }
      zip.finish();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ByteBuffer.wrap(out.toByteArray());
  }

  /** The same, compressed. */
  static byte[] deflated(byte[] pickle, byte[]... storages) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("x/data.pkl"));
      zip.write(pickle);
      for (int i = 0; i < storages.length; i++) {
        zip.putNextEntry(new ZipEntry("x/data/" + i));
        zip.write(storages[i]);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** Bytes given as characters up to 255, for pickles written by hand. */
  static byte[] bytes(String characters) {
    return characters.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** A pickle of one tensor over storage 0; shape and strides are tuples in pickle form. */
  static byte[] tensorPickle(int elements, int offset, String shape, String strides) {
    return bytes(
        "\u0080\u0002ctorch._utils\n_rebuild_tensor_v2\n((U\u0007storagectorch\nFloatStorage\n"
            + "U\u00010U\u0003cpu"
            + integer(elements)
            + "tQ"
            + integer(offset)
            + shape
            + strides
            + "\u0089}tR.");
  }

  static String integer(int value) {
    return "J"
        + (char) (value & 0xff)
        + (char) (value >>> 8 & 0xff)
        + (char) (value >>> 16 & 0xff)
        + (char) (value >>> 24);
  }
}
