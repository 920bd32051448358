package io.harmonica.files;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes files that are either complete or not there at all: the content goes to a temporary file
 * in the same folder, reaches the disk, and only then takes the target's name.
 */
public final class AtomicFiles {

  private static final int BUFFER_BYTES = 1 << 16;

  private AtomicFiles() {}

  /**
   * Something that consumes a value and may fail on input or output.
   *
   * @param <T> what it consumes
   */
  @FunctionalInterface
  public interface IOConsumer<T> {

    /**
     * Consumes the value.
     *
     * @param value the value
     * @throws IOException if reading or writing fails
     */
    void accept(T value) throws IOException;
  }

  /**
   * Writes a file, replacing the one of that name. On any failure the old file stays as it was and
   * no temporary file is left.
   *
   * @param target the file to write; its folder must exist
   * @param content writes the content to the stream it is given, which it need not close
   * @throws IOException if the folder is missing or not writable, the target is a folder, or
   *     writing fails
   */
  public static void write(Path target, IOConsumer<? super OutputStream> content)
      throws IOException {
    Path file = Files.isSymbolicLink(target) ? target.toRealPath() : target.toAbsolutePath();
    Path folder = checkFolder(file);
    Path temporary = folder.resolve(".harmonica-" + UUID.randomUUID() + ".tmp");
    try {
      writeFully(temporary, content);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (Throwable failure) {
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
      throw failure;
    }
  }

  /**
   * Writes a text file in UTF-8, replacing the one of that name.
   *
   * @param target the file to write; its folder must exist
   * @param text the whole content
   * @throws IOException if the folder is missing or not writable, the target is a folder, or
   *     writing fails
   */
  public static void writeString(Path target, String text) throws IOException {
    write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static Path checkFolder(Path file) throws IOException {
    Path folder = file.getParent();
    if (folder == null || Files.isDirectory(file)) {
      throw new IOException(file + " is a folder; give the name of a file to write");
    }
    if (!Files.isDirectory(folder)) {
      throw new IOException(
          "The folder " + folder + " does not exist; create it to write " + file.getFileName());
    }
    if (!Files.isWritable(folder)) {
      throw new IOException(
          "The folder " + folder + " is not writable; choose another for " + file.getFileName());
    }
    return folder;
  }

  private static void writeFully(Path file, IOConsumer<? super OutputStream> content)
      throws IOException {
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        OutputStream out =
            new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES)) {
      content.accept(out);
      out.flush();
      channel.force(true);
    }
  }
}
