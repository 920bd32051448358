package io.harmonica.cli.imageset;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import io.harmonica.files.AtomicFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The images of a set that is still being made, in a file {@code TARGET.partial} beside the one
 * they are for, and in {@code TARGET.progress} how many of them are done and with which settings.
 * The record follows the images to the disk, so it never counts one that is not there: whatever
 * ends a run, the next one goes on behind the last recorded image.
 */
public final class UnfinishedImages implements ImageSink, AutoCloseable {
  private final Path images;
  private final Path progress;
  private final FileChannel channel;
  private final long imageBytes;
  private final Map<String, String> settings;
  private int finished;

  /** The content of the progress file. */
  private record Progress(int finished, Map<String, String> settings) {}

  private UnfinishedImages(
      Path target, FileChannel channel, long imageBytes, Map<String, String> settings) {
    this.images = imagesOf(target);
    this.progress = progressOf(target);
    this.channel = channel;
    this.imageBytes = imageBytes;
    this.settings = new LinkedHashMap<>(settings);
  }

  private static Path imagesOf(Path target) {
    return target.resolveSibling(target.getFileName() + ".partial");
  }

  private static Path progressOf(Path target) {
    return target.resolveSibling(target.getFileName() + ".progress");
  }

  /**
   * Starts a set or goes on with one.
   *
   * @param target what the images are for
   * @param imageBytes bytes of each image
   * @param settings all that decides the images' bytes, by name
   * @param resume whether an interrupted run's images are welcome
   * @return the images so far
   * @throws IOException if the files cannot be read or written, or are damaged
   * @throws IllegalArgumentException if there are images and they are not welcome, were made with
   *     other settings, or are being made by another process
   */
  public static UnfinishedImages open(
      Path target, long imageBytes, Map<String, String> settings, boolean resume)
      throws IOException {
    Path file = imagesOf(target);
    boolean begun = Files.exists(progressOf(target));
    if (begun && !resume) {
      throw new IllegalArgumentException(
          "%s holds images of a run that was interrupted: give --resume to go on, or delete it and %s"
              .formatted(file, progressOf(target)));
    }
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    UnfinishedImages set = new UnfinishedImages(target, channel, imageBytes, settings);
    try {
      set.lock();
      if (begun) {
        set.resume();
      } else {
        set.record(0);
      }
      channel.truncate(set.finished * imageBytes);
      return set;
    } catch (Throwable failure) {
      channel.close();
      throw failure;
    }
  }

  private void lock() throws IOException {
    boolean free;
    try {
      // Never released by hand: it goes with the channel.
      free = channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      free = false;
    }
    if (!free) {
      throw new IllegalArgumentException(
          images + " is being written by another run; wait for it or choose another file");
    }
  }

  private void resume() throws IOException {
    Progress found = read();
    settings.forEach(
        (name, value) -> {
          String before = found.settings().get(name);
          if (!value.equals(before)) {
            throw new IllegalArgumentException(
                "%s was begun with %s %s, this run has %s; give the same settings, or delete it and %s"
                    .formatted(images, name, before, value, progress));
          }
        });
    if (found.finished() < 0 || channel.size() / imageBytes < found.finished()) {
      throw new IOException(
          "%s counts %d images, %s holds %d bytes of %d each; delete both and start anew"
              .formatted(progress, found.finished(), images, channel.size(), imageBytes));
    }
    finished = found.finished();
  }

  private Progress read() throws IOException {
    try {
      Progress found = new Gson().fromJson(Files.readString(progress), Progress.class);
      if (found != null && found.settings() != null) {
        return found;
      }
      throw new JsonParseException("it is empty");
    } catch (JsonParseException e) {
      throw new IOException(
          "%s is damaged (%s); delete it and %s and start anew"
              .formatted(progress, e.getMessage(), images),
          e);
    }
  }

  private void record(int count) throws IOException {
    AtomicFiles.writeString(progress, new Gson().toJson(new Progress(count, settings)) + "\n");
    finished = count;
  }

  @Override
  public int finished() {
    return finished;
  }

  /** Adds images; when this returns, they are safe on the disk. */
  @Override
  public void append(byte[] more) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(more);
    long at = finished * imageBytes;
    while (buffer.hasRemaining()) {
      at += channel.write(buffer, at);
    }
    channel.force(false);
    record(finished + Math.toIntExact(more.length / imageBytes));
  }

  /**
   * Copies all images.
   *
   * @param out receives their bytes
   * @throws IOException if reading or writing fails
   */
  public void copyTo(OutputStream out) throws IOException {
    channel.position(0);
    // Closing the stream would close the channel.
    Channels.newInputStream(channel).transferTo(out);
  }

  /**
   * Hands over all images in their order.
   *
   * @param atOnce how many at a time, at most
   * @param taker gets their bytes
   * @throws IOException if reading fails, or the taker does
   */
  public void forEach(int atOnce, AtomicFiles.IOConsumer<byte[]> taker) throws IOException {
    for (int done = 0; done < finished; ) {
      int images = Math.min(atOnce, finished - done);
      byte[] bytes = new byte[Math.toIntExact(images * imageBytes)];
      channel.position(done * imageBytes);
      Channels.newInputStream(channel).readNBytes(bytes, 0, bytes.length);
      taker.accept(bytes);
      done += images;
    }
  }

  /**
   * Deletes the files, when the images are in their place.
   *
   * @throws IOException if that fails
   */
  public void delete() throws IOException {
    channel.close();
    Files.deleteIfExists(progress);
    Files.deleteIfExists(images);
  }

  /** Closes the files; the images stay. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
