package io.harmonica.checkpoint.torch;

import io.harmonica.checkpoint.tensor.ByteSource;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The table of contents of a zip archive, with the place of every entry's data, so that data stored
 * without compression can be read where it lies. Knows the 64-bit form of the format.
 */
final class ZipArchive {

  static final String REMEDY = "the file is damaged or incomplete: download or save it again";

  private static final int END_SIGNATURE = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int MAX_COMMENT = 0xffff;
  private static final int LOCATOR_SIGNATURE = 0x07064b50;
  private static final int LOCATOR_BYTES = 20;
  private static final int END64_SIGNATURE = 0x06064b50;
  private static final int END64_BYTES = 56;
  private static final int ENTRY_SIGNATURE = 0x02014b50;
  private static final int ENTRY_BYTES = 46;
  private static final int LOCAL_SIGNATURE = 0x04034b50;
  private static final int LOCAL_BYTES = 30;
  private static final int MAX_DIRECTORY_BYTES = 32 << 20;
  private static final int IN_64_BITS = 0xffffffff;

  private final String file;
  private final ByteSource source;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private ZipArchive(String file, ByteSource source) {
    this.file = file;
    this.source = source;
  }

  /**
   * One entry of the archive.
   *
   * @param deflated whether the data is compressed
   * @param storedBytes the size of the data in the file
   * @param bytes the size of the data as the archive declares it
   * @param headerAt where the entry begins in the file
   */
  record Entry(String name, boolean deflated, long storedBytes, long bytes, long headerAt) {}

  /** Where the directory lies and how many entries it declares. */
  private record Directory(long at, long bytes, long count) {}

  static ZipArchive read(String file, ByteSource source) throws IOException {
    ZipArchive archive = new ZipArchive(file, source);
    Directory directory = archive.findDirectory();
    archive.readEntries(directory);
    archive.checkOverlap(directory);
    return archive;
  }

  /** The entries by name, in the order of the directory. */
  Map<String, Entry> entries() {
    return entries;
  }

  /** Finds where an entry's data begins, which only the header in front of the data tells. */
  long dataStart(Entry entry) throws IOException {
    ByteBuffer header = read(entry.headerAt(), LOCAL_BYTES);
    int nameBytes = Short.toUnsignedInt(header.getShort(26));
    long start =
        entry.headerAt() + LOCAL_BYTES + nameBytes + Short.toUnsignedInt(header.getShort(28));
    if (header.getInt(0) != LOCAL_SIGNATURE || start > source.size() - entry.storedBytes()) {
      throw fault("the entry " + quote(entry.name()) + " has no data", entry.headerAt());
    }
    String name = text(read(entry.headerAt() + LOCAL_BYTES, nameBytes), 0, nameBytes);
    if (!name.equals(entry.name())) {
      throw fault(
          "the entry " + quote(entry.name()) + " calls itself " + quote(name), entry.headerAt());
    }
    return start;
  }

  private Directory findDirectory() throws IOException {
    int tailBytes = (int) Math.min(source.size(), END_BYTES + MAX_COMMENT);
    ByteBuffer tail = read(source.size() - tailBytes, tailBytes);
    for (int at = tailBytes - END_BYTES; at >= 0; at--) {
      if (tail.getInt(at) == END_SIGNATURE
          && at + END_BYTES + Short.toUnsignedInt(tail.getShort(at + 20)) == tailBytes) {
        return readEnd(tail, at, source.size() - tailBytes + at);
      }
    }
    throw fault("the archive's table of contents is missing", source.size());
  }

  private Directory readEnd(ByteBuffer tail, int at, long end) throws IOException {
    Directory directory =
        new Directory(
            Integer.toUnsignedLong(tail.getInt(at + 16)),
            Integer.toUnsignedLong(tail.getInt(at + 12)),
            Short.toUnsignedInt(tail.getShort(at + 10)));
    long limit = end;
    if (end >= LOCATOR_BYTES) {
      ByteBuffer locator = read(end - LOCATOR_BYTES, LOCATOR_BYTES);
      if (locator.getInt(0) == LOCATOR_SIGNATURE) {
        limit = locator.getLong(8);
        if (limit < 0 || limit > end - LOCATOR_BYTES - END64_BYTES) {
          throw fault("the archive's table of contents is misplaced", end);
        }
        ByteBuffer end64 = read(limit, END64_BYTES);
        if (end64.getInt(0) != END64_SIGNATURE) {
          throw fault("the archive's table of contents is missing", limit);
        }
        directory = new Directory(end64.getLong(48), end64.getLong(40), end64.getLong(32));
      }
    }
    if (directory.at() < 0
        || directory.bytes() < 0
        || directory.bytes() > MAX_DIRECTORY_BYTES
        || directory.at() > limit - directory.bytes()) {
      throw fault("the archive's table of contents is misplaced", end);
    }
    return directory;
  }

  private void readEntries(Directory directory) throws IOException {
    ByteBuffer table = read(directory.at(), (int) directory.bytes());
    int at = 0;
    while (at < table.limit()) {
      if (table.limit() - at < ENTRY_BYTES || table.getInt(at) != ENTRY_SIGNATURE) {
        throw fault("the archive's table of contents is damaged", directory.at() + at);
      }
      int nameBytes = Short.toUnsignedInt(table.getShort(at + 28));
      int extraBytes = Short.toUnsignedInt(table.getShort(at + 30));
      int commentBytes = Short.toUnsignedInt(table.getShort(at + 32));
      int next = at + ENTRY_BYTES + nameBytes + extraBytes + commentBytes;
      if (next > table.limit()) {
        throw fault("the archive's table of contents is damaged", directory.at() + at);
      }
      Entry entry = readEntry(table, at, nameBytes, extraBytes, directory.at());
      if (entries.put(entry.name(), entry) != null) {
        throw fault("a second entry " + quote(entry.name()), directory.at() + at);
      }
      at = next;
    }
    if (entries.size() != directory.count()) {
      throw fault(
          entries.size() + " entries where " + directory.count() + " are announced",
          directory.at());
    }
  }

  private Entry readEntry(ByteBuffer table, int at, int nameBytes, int extraBytes, long base)
      throws MalformedCheckpointException {
    String name = text(table, at + ENTRY_BYTES, nameBytes);
    int method = Short.toUnsignedInt(table.getShort(at + 10));
    if ((table.getShort(at + 8) & 1) != 0 || (method != 0 && method != 8)) {
      throw fault("the entry " + quote(name) + " is encrypted or packed unusually", base + at);
    }
    int extraAt = at + ENTRY_BYTES + nameBytes;
    Wide wide = new Wide(table, extraAt, extraAt + extraBytes);
    long bytes = wide.orNarrow(table.getInt(at + 24));
    long storedBytes = wide.orNarrow(table.getInt(at + 20));
    long headerAt = wide.orNarrow(table.getInt(at + 42));
    if (bytes < 0 || storedBytes < 0 || headerAt < 0 || (method == 0 && bytes != storedBytes)) {
      throw fault("the entry " + quote(name) + " has an impossible size", base + at);
    }
    return new Entry(name, method != 0, storedBytes, bytes, headerAt);
  }

  /** Sizes of the 64-bit form, which stand in an extra field in the order they are asked for. */
  private static final class Wide {

    private final ByteBuffer table;
    private int at;
    private int end;

    Wide(ByteBuffer table, int from, int to) {
      this.table = table;
      for (int field = from; field + 4 <= to; ) {
        int fieldEnd = field + 4 + Short.toUnsignedInt(table.getShort(field + 2));
        if (table.getShort(field) == 1 && fieldEnd <= to) {
          at = field + 4;
          end = fieldEnd;
          return;
        }
        field = fieldEnd;
      }
    }

    long orNarrow(int narrow) {
      if (narrow != IN_64_BITS) {
        return Integer.toUnsignedLong(narrow);
      }
      at += Long.BYTES;
      return at <= end ? table.getLong(at - Long.BYTES) : -1;
    }
  }

  /** Checks that entries lie one behind the other and before the directory. */
  private void checkOverlap(Directory directory) throws MalformedCheckpointException {
    List<Entry> inOrder = new ArrayList<>(entries.values());
    inOrder.sort(Comparator.comparingLong(Entry::headerAt));
    long free = 0;
    for (Entry entry : inOrder) {
      if (entry.headerAt() < free) {
        throw fault("the entry " + quote(entry.name()) + " overlaps another one", entry.headerAt());
      }
      if (entry.headerAt() > directory.at() - LOCAL_BYTES
          || entry.storedBytes() > directory.at() - LOCAL_BYTES - entry.headerAt()) {
        throw fault("the entry " + quote(entry.name()) + " has no data", entry.headerAt());
      }
      free = entry.headerAt() + LOCAL_BYTES + entry.storedBytes();
    }
  }

  private ByteBuffer read(long at, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    source.read(at, bytes);
    return bytes.flip();
  }

  private static String text(ByteBuffer bytes, int at, int count) {
    return StandardCharsets.UTF_8.decode(bytes.slice(at, count)).toString();
  }

  private static String quote(String name) {
    return MalformedCheckpointException.quote(name);
  }

  private MalformedCheckpointException fault(String problem, long at) {
    return new MalformedCheckpointException(file, problem, at, REMEDY);
  }
}
