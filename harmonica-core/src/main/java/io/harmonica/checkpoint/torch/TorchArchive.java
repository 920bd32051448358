package io.harmonica.checkpoint.torch;

import io.harmonica.checkpoint.tensor.ByteSource;
import io.harmonica.checkpoint.tensor.ElementReader;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.tensor.TensorInfo;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/**
 * The entries of a checkpoint's archive: {@code data.pkl}, {@code byteorder}, and one entry {@code
 * data/KEY} for every storage, all in one folder.
 */
final class TorchArchive extends TorchStorages {

  private static final String PICKLE = "/data.pkl";

  private static final int MAX_PICKLE_BYTES = 32 << 20;

  /** Weights hardly shrink; this leaves room for zeros, not for bombs. */
  private static final int MAX_RATIO = 200;

  private static final int MAX_INFLATED_BYTES = 1 << 30;

  private final ZipArchive zip;
  private final String folder;

  private TorchArchive(String file, ByteSource source, ZipArchive zip, String folder) {
    super(file, source);
    this.zip = zip;
    this.folder = folder;
  }

  /** Finds the entries; {@code source} is closed with the archive, but not if this fails. */
  static TorchArchive read(String file, ByteSource source) throws IOException {
    ZipArchive zip = ZipArchive.read(file, source);
    String folder = null;
    for (String name : zip.entries().keySet()) {
      if (name.endsWith(PICKLE) && name.indexOf('/') == name.length() - PICKLE.length()) {
        if (folder != null) {
          throw new MalformedCheckpointException(
              file, "holds two checkpoints", -1, "save them to one file each");
        }
        folder = name.substring(0, name.length() - PICKLE.length());
      }
    }
    if (folder == null) {
      throw new MalformedCheckpointException(
          file, "is a zip archive but holds no checkpoint", -1, "unpack it and use what it holds");
    }
    TorchArchive archive = new TorchArchive(file, source, zip, folder);
    archive.checkKind();
    return archive;
  }

  private void checkKind() throws IOException {
    if (zip.entries().containsKey(folder + "/constants.pkl")) {
      throw new MalformedCheckpointException(
          file, "is a TorchScript program", -1, "save its state_dict() with torch.save instead");
    }
    ZipArchive.Entry order = zip.entries().get(folder + "/byteorder");
    if (order != null
        && !new String(load(order, 16), StandardCharsets.UTF_8).trim().equals("little")) {
      throw new MalformedCheckpointException(
          file, "was written on a big-endian machine", -1, "save it again on another machine");
    }
  }

  @Override
  Object readPickle() throws IOException {
    ZipArchive.Entry entry = zip.entries().get(folder + PICKLE);
    long base = entry.deflated() ? -1 : zip.dataStart(entry);
    return PickleReader.read(file, load(entry, MAX_PICKLE_BYTES), base);
  }

  /** Every storage is an entry of its own. */
  @Override
  void locate(Collection<TorchTensor> tensors) {
    // The archive's table of contents says it.
  }

  /** Checks that a storage's entry holds as much as the pickle says. */
  @Override
  void checkStorage(TorchTensor.Storage storage, String tensor) throws IOException {
    ZipArchive.Entry entry = entry(storage);
    if (entry == null) {
      throw fault("lacks the data " + MalformedCheckpointException.quote(storage.key()), tensor);
    }
    if (storage.elements() < 0
        || storage.elements() > entry.bytes() / storage.type().bytes()
        || (!entry.deflated() && zip.dataStart(entry) > source.size() - entry.bytes())) {
      throw fault("has data of only " + entry.bytes() + " bytes", tensor);
    }
  }

  @Override
  ElementReader elements(TorchTensor tensor, TensorInfo info) throws IOException {
    ZipArchive.Entry entry = entry(tensor.storage());
    if (!entry.deflated()) {
      return StridedElements.of(source, zip.dataStart(entry), tensor, info)
          .orElseThrow(() -> tooLarge(info));
    }
    int width = info.type().bytes();
    long from = tensor.offset() * width;
    long spanBytes = tensor.span() * width;
    if (StridedElements.isTooLarge(spanBytes, info)) {
      throw tooLarge(info);
    }
    byte[] storage = load(entry, MAX_INFLATED_BYTES);
    byte[] span = Arrays.copyOfRange(storage, (int) from, (int) (from + spanBytes));
    return new StridedElements(span, width, tensor.shape(), tensor.strides());
  }

  private MalformedCheckpointException tooLarge(TensorInfo info) {
    return fault("has a view that is too large", info.name());
  }

  private ZipArchive.Entry entry(TorchTensor.Storage storage) {
    return zip.entries().get(folder + "/data/" + storage.key());
  }

  /** Loads a whole entry, compressed or not. */
  private byte[] load(ZipArchive.Entry entry, int limit) throws IOException {
    if (entry.bytes() > limit || entry.storedBytes() > limit) {
      throw fault(
          "has an entry "
              + MalformedCheckpointException.quote(entry.name())
              + " of more than "
              + limit
              + " bytes",
          null);
    }
    byte[] stored = new byte[(int) entry.storedBytes()];
    long start = zip.dataStart(entry);
    source.read(start, ByteBuffer.wrap(stored));
    return entry.deflated() ? inflate(entry, stored, start) : stored;
  }

  /** Decompresses no more than the entry declares, and that only if it is plausible. */
  private byte[] inflate(ZipArchive.Entry entry, byte[] stored, long at) throws IOException {
    String name = MalformedCheckpointException.quote(entry.name());
    if (entry.bytes() / MAX_RATIO > stored.length) {
      throw fault("has an entry " + name + " that is compressed beyond belief", null);
    }
    Inflater inflater = new Inflater(true);
    try (InflaterInputStream in =
        new InflaterInputStream(new ByteArrayInputStream(stored), inflater)) {
      byte[] bytes = in.readNBytes((int) entry.bytes());
      if (bytes.length != entry.bytes() || in.read() >= 0) {
        throw fault("has an entry " + name + " of another size than declared", null);
      }
      return bytes;
    } catch (ZipException | EOFException e) {
      MalformedCheckpointException fault =
          new MalformedCheckpointException(
              file, "the entry " + name + " is damaged", at, ZipArchive.REMEDY);
      fault.initCause(e);
      throw fault;
    } finally {
      inflater.end();
    }
  }
}
