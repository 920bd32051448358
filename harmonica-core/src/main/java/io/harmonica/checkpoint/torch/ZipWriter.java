package io.harmonica.checkpoint.torch;

import io.harmonica.checkpoint.tensor.TensorEncoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;

/**
 * Writes a zip archive of uncompressed entries, each of whose data is aligned; without dates, so
 * that the same content gives the same bytes.
 */
final class ZipWriter {

  private static final int ALIGNMENT = 64;
  private static final int VERSION = 20;
  private static final int UTF8_NAMES = 1 << 11;
  private static final int FIRST_OF_JANUARY_1980 = 0x21;
  private static final int LOCAL_SIGNATURE = 0x04034b50;
  private static final int ENTRY_SIGNATURE = 0x02014b50;
  private static final int END_SIGNATURE = 0x06054b50;
  private static final int LOCAL_BYTES = 30;

  /** The field in which PyTorch's own archives are padded. */
  private static final int PADDING_FIELD = 'F' | 'B' << 8;

  private static final long MAX_OFFSET = 0xffff_ffffL;
  private static final int MAX_ENTRIES = 0xffff;

  private final OutputStream out;
  private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
  private long position;
  private int entries;

  ZipWriter(OutputStream out) {
    this.out = out;
  }

  /** Adds an entry; its content is asked for twice, first to learn the checksum. */
  void add(String name, long bytes, TensorEncoder.Content content) throws IOException {
    byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
    int unpadded = (int) ((position + LOCAL_BYTES + nameBytes.length + 4) % ALIGNMENT);
    int padding = (ALIGNMENT - unpadded) % ALIGNMENT;
    long next = position + LOCAL_BYTES + nameBytes.length + 4 + padding + bytes;
    if (next > MAX_OFFSET || ++entries > MAX_ENTRIES) {
      throw new IOException(
          "The checkpoint is too large for a .pt file of this library; write .safetensors");
    }
    CheckedOutputStream checked =
        new CheckedOutputStream(OutputStream.nullOutputStream(), new CRC32());
    content.writeTo(checked);
    byte[] common = common((int) checked.getChecksum().getValue(), bytes, nameBytes.length);

    Fields local = new Fields().u32(LOCAL_SIGNATURE).u16(VERSION).bytes(common).u16(4 + padding);
    local.bytes(nameBytes).u16(PADDING_FIELD).u16(padding).bytes(new byte[padding]).writeTo(out);
    content.writeTo(out);

    Fields entry = new Fields().u32(ENTRY_SIGNATURE).u16(VERSION).u16(VERSION).bytes(common);
    entry.u16(0).u16(0).u16(0).u16(0).u32(0).u32((int) position).bytes(nameBytes);
    entry.writeTo(directory);
    position = next;
  }

  /** Writes the table of contents; the stream stays open. */
  void finish() throws IOException {
    if (position + directory.size() > MAX_OFFSET) {
      throw new IOException(
          "The checkpoint is too large for a .pt file of this library; write .safetensors");
    }
    directory.writeTo(out);
    Fields end = new Fields().u32(END_SIGNATURE).u32(0).u16(entries).u16(entries);
    end.u32(directory.size()).u32((int) position).u16(0).writeTo(out);
  }

  /** The fields that stand alike in front of the data and in the table of contents. */
  private static byte[] common(int checksum, long bytes, int nameBytes) {
    Fields common = new Fields().u16(UTF8_NAMES).u16(0).u16(0).u16(FIRST_OF_JANUARY_1980);
    common.u32(checksum).u32((int) bytes).u32((int) bytes).u16(nameBytes);
    return common.bytes.toByteArray();
  }

  /** Little-endian fields, one behind the other. */
  private static final class Fields {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Fields u16(int value) {
      bytes.write(value);
      bytes.write(value >>> 8);
      return this;
    }

    Fields u32(int value) {
      return u16(value).u16(value >>> 16);
    }

    Fields bytes(byte[] more) {
      bytes.writeBytes(more);
      return this;
    }

    void writeTo(OutputStream out) throws IOException {
      bytes.writeTo(out);
    }
  }
}
