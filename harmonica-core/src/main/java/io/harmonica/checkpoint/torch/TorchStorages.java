package io.harmonica.checkpoint.torch;

import io.harmonica.checkpoint.tensor.ElementReader;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.tensor.TensorInfo;
import java.io.Closeable;
import java.io.IOException;
import java.util.Collection;

/** A checkpoint's file: a pickle, and the storages that its tensors are views of. */
interface TorchStorages extends Closeable {

  Object readPickle() throws IOException;

  /** Finds the storages, of which some formats do not say where they lie. */
  void locate(Collection<TorchTensor> tensors) throws IOException;

  /** Checks that a storage is as large as the pickle says. */
  void checkStorage(TorchTensor.Storage storage, String tensor) throws IOException;

  ElementReader elements(TorchTensor tensor, TensorInfo info) throws IOException;

  MalformedCheckpointException fault(String problem, String tensor);
}
