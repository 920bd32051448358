package io.harmonica.cli.imageset;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import io.harmonica.files.AtomicFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The parts of a set that is still being made, in a folder {@code TARGET.parts} beside the file
 * that they are for, with what they are parts of as {@code set.json}. A part is whole or not there,
 * and the same whoever makes it. So any number of processes may fill a folder, and whatever ends
 * one of them costs the part that it was making.
 */
public final class SetParts implements AutoCloseable {
  private static final String SET = "set.json";
  private static final String LOCK = "lock";
  private static final String PART = "part-";

  private final Path folder;
  private final ImageSet set;
  private FileChannel lock;

  private SetParts(Path folder, ImageSet set) {
    this.folder = folder;
    this.set = set;
  }

  /**
   * Names the folder of a set.
   *
   * @param target what the images are for
   * @return the folder
   */
  public static Path folderOf(Path target) {
    return target.resolveSibling(target.getFileName() + ".parts");
  }

  /**
   * Starts a set or goes on with one.
   *
   * @param target what the images are for
   * @param set which images
   * @param resume whether parts that are there are welcome
   * @return the parts
   * @throws IOException if the folder cannot be read or written, or is damaged
   * @throws IllegalArgumentException if there are parts and they are not welcome, or were made with
   *     other settings
   */
  public static SetParts open(Path target, ImageSet set, boolean resume) throws IOException {
    Path folder = folderOf(target);
    // What ended before its first part left nothing to lose.
    boolean begun = Files.exists(folder.resolve(SET)) && (resume || bytes(target) > 0);
    if (!begun) {
      Files.createDirectories(folder);
      AtomicFiles.writeString(folder.resolve(SET), new Gson().toJson(set) + "\n");
      return new SetParts(folder, set);
    }
    if (!resume) {
      throw new IllegalArgumentException(
          "%s holds images of a run that was interrupted: give --resume to go on, or delete it"
              .formatted(folder));
    }
    find(folder).requireSame(set.settings());
    return new SetParts(folder, set);
  }

  /**
   * Opens parts that others made.
   *
   * @param folder the folder
   * @return the parts
   * @throws IOException if it is not such a folder, or is damaged
   */
  public static SetParts find(Path folder) throws IOException {
    Path file = folder.resolve(SET);
    if (!Files.exists(file)) {
      throw new IOException(
          "%s holds no parts of a set; expected a folder that sample-set made".formatted(folder));
    }
    try {
      ImageSet found = new Gson().fromJson(Files.readString(file), ImageSet.class);
      if (found != null
          && found.settings() != null
          && found.shape() != null
          && found.shape().size() == 4
          && found.labels() != null
          && found.names() != null
          && found.batch() > 0) {
        return new SetParts(folder, found);
      }
      throw new JsonParseException("something is missing");
    } catch (JsonParseException e) {
      throw new IOException(
          "%s is damaged (%s); delete the folder and start anew".formatted(file, e.getMessage()),
          e);
    }
  }

  /**
   * Refuses parts of another set.
   *
   * @param settings what they have to be made with
   * @throws IllegalArgumentException if they were not; the message names both values
   */
  public void requireSame(Map<String, String> settings) {
    settings.forEach(
        (name, value) -> {
          String before = set.settings().get(name);
          if (!value.equals(before)) {
            throw new IllegalArgumentException(
                "%s was begun with %s %s, this run has %s; give the same settings, or delete it"
                    .formatted(folder, name, before, value));
          }
        });
  }

  /**
   * Keeps other runs of the whole set away until closed.
   *
   * @throws IOException if the folder cannot be written
   * @throws IllegalArgumentException if there is one
   */
  public void lock() throws IOException {
    lock =
        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean free;
    try {
      // Never released by hand: it goes with the channel.
      free = lock.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      free = false;
    }
    if (!free) {
      lock.close();
      throw new IllegalArgumentException(
          folder + " is being filled by another run; wait for it or choose another file");
    }
  }

  /** {@return what these are parts of} */
  public ImageSet set() {
    return set;
  }

  /**
   * Names a part's file.
   *
   * @param part the part, from 0
   * @return its file
   */
  public Path file(int part) {
    return folder.resolve(PART + "%06d".formatted(part));
  }

  /**
   * Tells whether a part is there.
   *
   * @param part the part, from 0
   * @return whether it is
   * @throws IOException if it is there and damaged
   */
  public boolean has(int part) throws IOException {
    if (!Files.exists(file(part))) {
      return false;
    }
    long expected = set.labels(part).length * set.imageBytes();
    if (Files.size(file(part)) != expected) {
      throw new IOException(
          "%s holds %d bytes, expected %d; delete it and go on"
              .formatted(file(part), Files.size(file(part)), expected));
    }
    return true;
  }

  /**
   * Lists the parts that are not there.
   *
   * @param shard the parts that this run is to make
   * @return those of them that are missing
   * @throws IOException if a part is damaged
   */
  public int[] missing(Shard shard) throws IOException {
    int[] wanted = IntStream.range(0, set.parts()).filter(shard::has).toArray();
    int kept = 0;
    for (int part : wanted) {
      if (!has(part)) {
        wanted[kept++] = part;
      }
    }
    return Arrays.copyOf(wanted, kept);
  }

  /**
   * Counts the images of parts.
   *
   * @param parts numbers of parts
   * @return how many images they hold when they are there
   */
  public long images(int... parts) {
    return IntStream.of(parts).mapToLong(part -> set.labels(part).length).sum();
  }

  /**
   * Hands over all images in their order, a part at a time.
   *
   * @param taker gets the bytes of each part
   * @throws IOException if a part is missing or cannot be read, or the taker fails
   */
  public void forEach(AtomicFiles.IOConsumer<byte[]> taker) throws IOException {
    for (int part = 0; part < set.parts(); part++) {
      taker.accept(Files.readAllBytes(file(part)));
    }
  }

  /**
   * Tells how much of a set is there.
   *
   * @param target what the images are for
   * @return bytes of the parts that are there
   * @throws IOException if the folder cannot be read
   */
  public static long bytes(Path target) throws IOException {
    long bytes = 0;
    if (Files.exists(folderOf(target))) {
      try (Stream<Path> files = Files.list(folderOf(target))) {
        for (Path file : (Iterable<Path>) files::iterator) {
          bytes += file.getFileName().toString().startsWith(PART) ? Files.size(file) : 0;
        }
      }
    }
    return bytes;
  }

  /**
   * Deletes the folder, when the images are in their place.
   *
   * @throws IOException if that fails
   */
  public void delete() throws IOException {
    close();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.deleteIfExists(file);
      }
    }
    Files.delete(folder);
  }

  /** Lets other runs in; the parts stay. */
  @Override
  public void close() throws IOException {
    if (lock != null) {
      lock.close();
    }
  }
}
