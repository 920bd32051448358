package io.harmonica.vae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.dit.Goldens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Decodes with the tiny autoencoder of the reference pipeline. */
final class VaeDecoderTest {
  private static final String PIPELINE = "pixart-tiny";
  private static final Path WEIGHTS =
      Goldens.folder(PIPELINE + "/vae").resolve("diffusion_pytorch_model.safetensors");

  private NDManager manager;
  private VaeDecoder decoder;

  @BeforeEach
  void open() throws IOException {
    manager = NDManager.newBaseManager("PyTorch");
    decoder = VaeDecoder.open(Goldens.folder(PIPELINE + "/vae"), manager);
  }

  @AfterEach
  void close() {
    decoder.close();
    manager.close();
  }

  @Test
  void decodesAsDiffusers() throws IOException {
    Path file = Goldens.folder(PIPELINE).resolve("expected.safetensors");
    try (SafetensorsFile expected = SafetensorsFile.open(file)) {
      // The reference gave the latent to the autoencoder itself, so without scaling.
      NDArray latent = expected.read("latent", manager).mul(decoder.config().scalingFactor());
      NDArray images = decoder.decode(latent);
      Goldens.assertClose(images, expected, "decoded");
    }
  }

  @Test
  void slicesGiveTheSamePixels() {
    NDArray latents = manager.randomNormal(new Shape(5, 4, 8, 8));
    long each = decoder.config().bytesPerImage(8, 8);
    NDArray whole = decoder.decode(latents, 5 * each);
    for (long budget : new long[] {0, each, 2 * each, 3 * each}) {
      NDArray sliced = decoder.decode(latents, budget);
      assertThat(sliced.getShape()).isEqualTo(whole.getShape());
      assertThat(sliced.sub(whole).abs().max().getFloat()).isLessThan(1e-5f);
    }
  }

  @Test
  void defaultBudgetTakesImagesOf256PixelsTwoByTwo() {
    VaeConfig stable =
        new VaeConfig(4, 3, List.of(128, 256, 512, 512), 2, 32, 0.18215, 0, true, true);
    assertThat(VaeDecoder.DEFAULT_BUDGET / stable.bytesPerImage(32, 32)).isEqualTo(2);
  }

  @Test
  void undoesScaleAndShift() throws IOException {
    VaeConfig tiny = decoder.config();
    VaeConfig shifted = new VaeConfig(4, 3, tiny.blockOutChannels(), 1, 8, 0.5, 0.25, true, true);
    NDArray latents = manager.randomNormal(new Shape(1, 4, 8, 8));
    NDArray expected = decoder.decode(latents.mul(tiny.scalingFactor()));
    try (TensorSource weights = SafetensorsFile.open(WEIGHTS);
        VaeDecoder other = VaeDecoder.load(manager, shifted, weights)) {
      NDArray images = other.decode(latents.sub(0.25).mul(0.5));
      assertThat(images.sub(expected).abs().max().getFloat()).isLessThan(1e-5f);
    }
  }

  @Test
  void keepsNothingButTheImages() {
    NDArray latents = manager.randomNormal(new Shape(3, 4, 8, 8));
    decoder.decode(latents, 0).close();
    int before = manager.getManagedArrays().size();
    for (int i = 0; i < 5; i++) {
      NDArray images = decoder.decode(latents, 0);
      assertThat(images.getManager()).isSameAs(manager);
      images.close();
    }
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void refusesOtherShapes() {
    NDArray latents = manager.zeros(new Shape(1, 3, 8, 8));
    assertThatThrownBy(() -> decoder.decode(latents))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("latents are (1, 3, 8, 8), expected (n, 4, h, w)");
  }
}
