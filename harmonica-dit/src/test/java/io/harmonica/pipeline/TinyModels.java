package io.harmonica.pipeline;

import io.harmonica.dit.Goldens;
import java.nio.file.Path;

/** The reference models as people would open them. */
final class TinyModels {
  private TinyModels() {}

  /** A class-conditional DiT of latents, without an autoencoder. */
  static Path dit() {
    return Goldens.folder("dit-tiny").resolve("dit.safetensors");
  }

  /** A whole PixArt pipeline: text encoder, transformer, scheduler, autoencoder. */
  static Path pixArt() {
    return Goldens.folder("pixart-tiny/model_index.json").getParent();
  }
}
