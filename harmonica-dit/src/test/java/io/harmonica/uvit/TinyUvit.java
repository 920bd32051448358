package io.harmonica.uvit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.diffusion.Conditioning;
import io.harmonica.dit.Goldens;
import io.harmonica.kernel.Precision;
import java.io.IOException;
import java.util.Optional;

/** The reference's U-ViT with what the public code made of it. */
final class TinyUvit implements AutoCloseable {
  final NDManager manager = NDManager.newBaseManager("PyTorch");
  final SafetensorsFile expected;
  final UvitModel model;
  final NDArray noise;
  final Conditioning conditioning;

  TinyUvit() throws IOException {
    this(Precision.FLOAT32);
  }

  TinyUvit(Precision precision) throws IOException {
    expected = SafetensorsFile.open(Goldens.folder("uvit-tiny").resolve("expected.safetensors"));
    LoadedUvit loaded =
        UvitCheckpoint.open(
            Goldens.folder("uvit-tiny").resolve("uvit.safetensors"),
            Optional.empty(),
            precision,
            manager);
    model = new UvitModel(manager, loaded.config(), loaded.weights());
    noise = expected.read("noise", manager);
    conditioning = model.condition(manager, expected.read("labels", manager).toIntArray());
  }

  @Override
  public void close() throws IOException {
    model.close();
    expected.close();
    manager.close();
  }
}
