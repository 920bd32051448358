package io.harmonica.checkpoint.torch;

import io.harmonica.checkpoint.tensor.ByteSource;
import io.harmonica.checkpoint.tensor.ElementReader;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.tensor.TensorInfo;
import java.io.Closeable;
import java.io.IOException;
import java.util.Collection;

/** A checkpoint's file: a pickle, and the storages that its tensors are views of. */
abstract class TorchStorages implements Closeable {
  final String file;
  final ByteSource source;

  TorchStorages(String file, ByteSource source) {
    this.file = file;
    this.source = source;
  }

  abstract Object readPickle() throws IOException;

  /** Finds the storages, of which some formats do not say where they lie. */
  abstract void locate(Collection<TorchTensor> tensors) throws IOException;

  /** Checks that a storage is as large as the pickle says. */
  abstract void checkStorage(TorchTensor.Storage storage, String tensor) throws IOException;

  abstract ElementReader elements(TorchTensor tensor, TensorInfo info) throws IOException;

  /** Says what is wrong with the file; the tensor may be null. */
  final MalformedCheckpointException fault(String problem, String tensor) {
    return new MalformedCheckpointException(file, problem, -1, tensor, ZipArchive.REMEDY);
  }

  @Override
  public final void close() throws IOException {
    source.close();
  }
}
