package io.harmonica.checkpoint.tensor;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.CancellationException;

/**
 * A file on disk. An interrupt closes the channel that a thread reads from, for all threads; so the
 * next read opens the file again, if it is still the same.
 */
final class FileSource implements ByteSource {
  private final Path path;
  private final Version version;
  private final long size;
  private FileChannel channel;
  private boolean closed;

  /** What tells a file from another one that took its place. */
  private record Version(Object key, FileTime modified, long size) {
    static Version of(Path path) throws IOException {
      BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
      return new Version(now.fileKey(), now.lastModifiedTime(), now.size());
    }
  }

  private FileSource(Path path, FileChannel channel) throws IOException {
    this.path = path;
    this.version = Version.of(path);
    this.channel = channel;
    this.size = channel.size();
  }

  static FileSource open(Path path) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return new FileSource(path, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    int start = target.position();
    while (target.hasRemaining()) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("interrupted before reading " + path);
      }
      FileChannel open = channel();
      try {
        fill(open, position, target);
      } catch (ClosedChannelException e) {
        // This thread was interrupted, or another one, or the source was closed.
        target.position(start);
      }
    }
  }

  private static void fill(FileChannel open, long position, ByteBuffer target) throws IOException {
    long at = position;
    while (target.hasRemaining()) {
      int count = open.read(target, at);
      if (count < 0) {
        throw new EOFException("The file ends at byte " + at);
      }
      at += count;
    }
  }

  private synchronized FileChannel channel() throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    if (!channel.isOpen()) {
      channel = FileChannel.open(path, StandardOpenOption.READ);
      if (!Version.of(path).equals(version)) {
        close();
        throw new IOException(path + ": was replaced while it was open; open it again");
      }
    }
    return channel;
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    channel.close();
  }
}
