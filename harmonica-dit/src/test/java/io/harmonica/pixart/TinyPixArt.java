package io.harmonica.pixart;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.diffusion.Conditioning;
import io.harmonica.dit.Goldens;
import io.harmonica.kernel.Precision;
import io.harmonica.text.EncodedCaptions;
import java.io.IOException;
import java.nio.file.Path;

/** One of the two reference models, with what diffusers computed with it. */
final class TinyPixArt implements AutoCloseable {
  /** Its autoencoder makes two pixels a side of a latent. */
  static final PixArtInput INPUT = new PixArtInput(8, 8, 2, 12);

  final NDManager manager = NDManager.newBaseManager("PyTorch");
  final Path folder;
  final SafetensorsFile expected;
  final PixArtModel model;
  final NDArray noise;

  TinyPixArt(String name) throws IOException {
    this(name, Precision.FLOAT32);
  }

  TinyPixArt(String name, Precision precision) throws IOException {
    folder = Goldens.folder(name);
    expected = SafetensorsFile.open(folder.resolve("expected.safetensors"));
    LoadedPixArt loaded = PixArtCheckpoint.open(folder, precision, manager);
    model = new PixArtModel(manager, loaded.config(), INPUT, loaded.weights());
    noise = expected.read("noise", manager);
  }

  EncodedCaptions captions() throws IOException {
    return captions("prompt_embeds", "attention_mask");
  }

  EncodedCaptions negative() throws IOException {
    return captions("negative_embeds", "negative_mask");
  }

  private EncodedCaptions captions(String embeddings, String mask) throws IOException {
    return new EncodedCaptions(expected.read(embeddings, manager), expected.read(mask, manager));
  }

  Conditioning condition() throws IOException {
    return model.condition(manager, captions(), negative());
  }

  @Override
  public void close() throws IOException {
    model.close();
    expected.close();
    manager.close();
  }
}
