package io.harmonica.cli.imageset;

import com.google.gson.GsonBuilder;
import io.harmonica.checkpoint.numpy.NpyType;
import io.harmonica.checkpoint.numpy.NpzWriter;
import io.harmonica.cli.report.Csv;
import io.harmonica.files.AtomicFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * The files of a finished set: {@code NAME.npz} with the images as {@code arr_0} and their labels
 * as {@code arr_1}, the labels with their names as {@code NAME.csv}, and the settings as {@code
 * NAME.json}.
 *
 * @param npz the archive; the other files take its name
 * @param shape of the images, [n, H, W, 3]
 * @param labels the class of each image
 */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier, never compared
public record ImageSetFiles(Path npz, List<Long> shape, int[] labels) {
  /** How the archive's name ends. */
  public static final String ENDING = ".npz";

  /**
   * Writes the files, each as a whole or not at all, the archive last.
   *
   * @param images writes all images' bytes
   * @param names the classes' names
   * @param settings what the images were made with
   * @throws IOException if a file cannot be written
   */
  public void write(
      AtomicFiles.IOConsumer<? super OutputStream> images,
      IntFunction<String> names,
      Map<String, String> settings)
      throws IOException {
    List<List<Object>> records = new ArrayList<>();
    records.add(List.of("image", "label", "class"));
    for (int i = 0; i < labels.length; i++) {
      records.add(List.of(i, labels[i], names.apply(labels[i])));
    }
    AtomicFiles.writeString(beside(".csv"), Csv.text(records));
    String json =
        new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(settings);
    AtomicFiles.writeString(beside(".json"), json + "\n");
    List<NpzWriter.Array> arrays =
        List.of(
            new NpzWriter.Array("arr_0", NpyType.UINT8, shape, images),
            new NpzWriter.Array(
                "arr_1", NpyType.INT64, List.of((long) labels.length), this::writeLabels));
    AtomicFiles.write(npz, to -> NpzWriter.write(to, arrays));
  }

  private void writeLabels(OutputStream to) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(labels.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int label : labels) {
      bytes.putLong(label);
    }
    to.write(bytes.array());
  }

  private Path beside(String ending) {
    String name = npz.getFileName().toString();
    return npz.resolveSibling(name.substring(0, name.length() - ENDING.length()) + ending);
  }
}
