package io.harmonica.checkpoint.torch;

import io.harmonica.checkpoint.tensor.ByteSource;
import io.harmonica.checkpoint.tensor.ElementReader;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.tensor.TensorInfo;
import io.harmonica.checkpoint.tensor.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What PyTorch wrote before version 1.6: pickles of a magic number, a version, the machine's
 * traits, the checkpoint and the storages' keys, one behind the other; then every storage in the
 * order of the keys, its number of elements (64 bits) before its data.
 */
final class LegacyTorchFile extends TorchStorages {
  private static final byte[] MAGIC = {
    (byte) 0x80,
    2,
    (byte) 0x8a,
    10,
    0x6c,
    (byte) 0xfc,
    (byte) 0x9c,
    0x46,
    (byte) 0xf9,
    0x20,
    0x6a,
    (byte) 0xa8,
    0x50,
    0x19
  };

  private static final long VERSION = 1001;
  private static final int MAX_HEAD_BYTES = 32 << 20;

  private final Map<String, Place> places = new HashMap<>();
  private Object keys;
  private long data;

  /** Where a storage's elements lie, and how many there are. */
  private record Place(long start, long elements) {}

  LegacyTorchFile(String file, ByteSource source) {
    super(file, source);
  }

  static boolean recognises(ByteSource source) throws IOException {
    byte[] start = new byte[(int) Math.min(MAGIC.length, source.size())];
    source.read(0, ByteBuffer.wrap(start));
    return Arrays.equals(start, MAGIC);
  }

  @Override
  Object readPickle() throws IOException {
    byte[] head = new byte[(int) Math.min(MAX_HEAD_BYTES, source.size())];
    source.read(0, ByteBuffer.wrap(head));
    PickleReader.Sequence pickles = new PickleReader.Sequence(file, head);
    pickles.next(); // the magic number
    if (!Long.valueOf(VERSION).equals(pickles.next())) {
      throw fault("is of an unknown version", null);
    }
    if (!(pickles.next() instanceof Map<?, ?> machine)
        || !Boolean.TRUE.equals(machine.get("little_endian"))) {
      throw new MalformedCheckpointException(
          file, "was written on a big-endian machine", -1, "save it again on another machine");
    }
    Object root = pickles.next();
    keys = pickles.next();
    data = pickles.position();
    return root;
  }

  @Override
  void locate(Collection<TorchTensor> tensors) throws IOException {
    Map<String, TensorType> types = new HashMap<>();
    for (TorchTensor tensor : tensors) {
      types.put(tensor.storage().key(), tensor.storage().type());
    }
    if (!(keys instanceof List<?> order)) {
      throw fault("has no list of its data", null);
    }
    long at = data;
    for (Object key : order) {
      TensorType type = types.get(key);
      if (type == null) {
        throw new MalformedCheckpointException(
            file,
            "holds data of no tensor",
            at,
            "save only the model's state_dict() with torch.save of PyTorch 1.6 or later");
      }
      ByteBuffer count = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      source.read(at, count);
      long elements = count.getLong(0);
      at += Long.BYTES;
      if (elements < 0 || elements > (source.size() - at) / type.bytes()) {
        throw new MalformedCheckpointException(file, "ends within its data", at, ZipArchive.REMEDY);
      }
      if (places.put((String) key, new Place(at, elements)) != null) {
        throw fault("names data twice", null);
      }
      at += elements * type.bytes();
    }
  }

  @Override
  void checkStorage(TorchTensor.Storage storage, String tensor)
      throws MalformedCheckpointException {
    Place place = places.get(storage.key());
    if (place == null) {
      throw fault("lacks the data " + MalformedCheckpointException.quote(storage.key()), tensor);
    }
    if (storage.elements() < 0 || storage.elements() > place.elements()) {
      throw fault("has data of only " + place.elements() + " elements", tensor);
    }
  }

  @Override
  ElementReader elements(TorchTensor tensor, TensorInfo info) throws IOException {
    return StridedElements.of(source, places.get(tensor.storage().key()).start(), tensor, info)
        .orElseThrow(() -> fault("has a view that is too large", info.name()));
  }
}
