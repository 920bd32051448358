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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of a finished set: {@code NAME.npz} with the images as {@code arr_0} and their labels
 * as {@code arr_1}, the labels with their names as {@code NAME.csv}, and the settings as {@code
 * NAME.json}.
 *
 * @param npz the archive; the other files take its name
 * @param set the images
 */
public record ImageSetFiles(Path npz, ImageSet set) {
  /** How the archive's name ends. */
  public static final String ENDING = ".npz";

  /**
   * Refuses a name that is none of a set's, or is taken.
   *
   * @param npz where the archive is to go
   * @throws IllegalArgumentException if its ending is another one, or it is there
   */
  public static void requireNew(Path npz) {
    if (!npz.toString().endsWith(ENDING)) {
      throw new IllegalArgumentException(
          "--out is " + npz + ", expected a file ending in " + ENDING);
    }
    if (Files.exists(npz)) {
      throw new IllegalArgumentException(
          npz + " is there already: delete it or choose another --out");
    }
  }

  /**
   * Writes the files, each as a whole or not at all, the archive last.
   *
   * @param folders where the parts are; each may be in any of them
   * @throws IOException if a part is missing or damaged, or a file cannot be written
   */
  public void write(List<SetParts> folders) throws IOException {
    List<Path> parts = parts(folders);
    List<List<Object>> records = new ArrayList<>();
    records.add(List.of("image", "label", "class"));
    int[] labels = set.labels();
    for (int i = 0; i < labels.length; i++) {
      records.add(List.of(i, labels[i], set.names().get(labels[i])));
    }
    AtomicFiles.writeString(beside(".csv"), Csv.text(records));
    String json =
        new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(set.settings());
    AtomicFiles.writeString(beside(".json"), json + "\n");
    List<NpzWriter.Array> arrays =
        List.of(
            new NpzWriter.Array("arr_0", NpyType.UINT8, set.shape(), to -> copy(parts, to)),
            new NpzWriter.Array(
                "arr_1", NpyType.INT64, List.of((long) labels.length), this::writeLabels));
    AtomicFiles.write(npz, to -> NpzWriter.write(to, arrays));
  }

  private List<Path> parts(List<SetParts> folders) throws IOException {
    List<Path> parts = new ArrayList<>();
    List<Integer> missing = new ArrayList<>();
    for (int part = 0; part < set.parts(); part++) {
      Path found = null;
      for (SetParts folder : folders) {
        found = found == null && folder.has(part) ? folder.file(part) : found;
      }
      if (found == null) {
        missing.add(part);
      }
      parts.add(found);
    }
    if (!missing.isEmpty()) {
      throw new IOException(
          "%d of %d parts are not there yet, the first is part %d; run their shards, and then merge"
              .formatted(missing.size(), set.parts(), missing.get(0)));
    }
    return parts;
  }

  private static void copy(List<Path> parts, OutputStream to) throws IOException {
    for (Path part : parts) {
      Files.copy(part, to);
    }
  }

  private void writeLabels(OutputStream to) throws IOException {
    int[] labels = set.labels();
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
