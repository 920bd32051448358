package io.harmonica.checkpoint.torch;

import io.harmonica.checkpoint.tensor.TensorEncoder;
import java.io.IOException;
import java.io.OutputStream;
import java.time.LocalDateTime;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/**
 * Writes a zip archive of uncompressed entries, each of whose data is aligned, in its 64-bit form
 * where it has to be. The date is always the same, so that the same content gives the same bytes.
 */
final class ZipWriter {
  private static final int ALIGNMENT = 64;

  /** The first that the format knows; local, so that no time zone changes its bytes. */
  private static final LocalDateTime DATE = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final ZipArchiveOutputStream zip;

  ZipWriter(OutputStream out) {
    this.zip = new ZipArchiveOutputStream(out);
    zip.setUseZip64(Zip64Mode.AsNeeded);
  }

  /** Adds an entry; its content is asked for twice, first to learn the checksum. */
  void add(String name, long bytes, TensorEncoder.Content content) throws IOException {
    CheckedOutputStream checked =
        new CheckedOutputStream(OutputStream.nullOutputStream(), new CRC32());
    content.writeTo(checked);
    ZipArchiveEntry entry = new ZipArchiveEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes);
    entry.setCrc(checked.getChecksum().getValue());
    entry.setTimeLocal(DATE);
    entry.setAlignment(ALIGNMENT);
    zip.putArchiveEntry(entry);
    content.writeTo(zip);
    zip.closeArchiveEntry();
  }

  /** Writes the table of contents; the stream stays open. */
  void finish() throws IOException {
    zip.finish();
    zip.flush();
  }
}
