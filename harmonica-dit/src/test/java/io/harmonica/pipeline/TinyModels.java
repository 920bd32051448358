package io.harmonica.pipeline;

import ai.djl.ndarray.NDManager;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.checkpoint.tensor.Matrices;
import io.harmonica.dit.Goldens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The reference models as people would open them. */
final class TinyModels {
  /** Values of a sample of the reference models of latents, [4, 8, 8]. */
  static final int SIZE = 4 * 8 * 8;

  private TinyModels() {}

  /** A class-conditional DiT of latents, without an autoencoder. */
  static Path dit() {
    return Goldens.folder("dit-tiny").resolve("dit.safetensors");
  }

  /** A whole PixArt pipeline: text encoder, transformer, scheduler, autoencoder. */
  static Path pixArt() {
    return Goldens.folder("pixart-tiny/model_index.json").getParent();
  }

  /**
   * Makes the folder of a class-conditional model: its configuration, one checkpoint, and PixArt's
   * autoencoder.
   *
   * @param golden the reference folder
   * @param checkpoint the checkpoint in it
   * @param folder where the files go
   */
  static void copyWithAutoencoder(String golden, String checkpoint, Path folder)
      throws IOException {
    for (String name : List.of("config.json", checkpoint)) {
      Files.copy(Goldens.folder(golden).resolve(name), folder.resolve(name));
    }
    Path vae = Files.createDirectory(folder.resolve("vae"));
    for (String name : List.of("config.json", "diffusion_pytorch_model.safetensors")) {
      Files.copy(pixArt().resolve("vae").resolve(name), vae.resolve(name));
    }
  }

  /** What the public code computed with a reference model. */
  static SafetensorsFile expected(String golden) throws IOException {
    return SafetensorsFile.open(Goldens.folder(golden).resolve("expected.safetensors"));
  }

  /** Asks for the labels of a reference run, from its noise. */
  static ImageRequest request(String golden) throws IOException {
    try (SafetensorsFile expected = expected(golden);
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      return ImageRequest.labels(expected.read("labels", manager).toIntArray())
          .noise(Matrices.rows(expected.readFloats("noise"), SIZE));
    }
  }

  /** Compares with the end of a reference run; a trajectory's last samples are its end. */
  static void assertLast(Images found, String golden, String name) throws IOException {
    try (SafetensorsFile expected = expected(golden)) {
      float[] all = expected.readFloats(name);
      float[] flat = Matrices.flat(found.latents());
      Goldens.assertClose(
          flat, Arrays.copyOfRange(all, all.length - flat.length, all.length), name);
    }
  }
}
