package io.harmonica.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sampling with a model of latents: in several precisions, and through an autoencoder. */
final class LatentModelTest {
  private static final String MODEL = "target/test-classes/goldens/dit-tiny/dit.safetensors";
  private static final String VAE = "target/test-classes/goldens/pixart-tiny/vae";

  @TempDir private Path folder;

  private Cli sample(String... more) {
    List<String> args = new ArrayList<>();
    args.addAll(List.of("sample", "--model", MODEL, "--labels", "1,7", "--steps", "3"));
    args.addAll(Arrays.asList(more));
    return Cli.run(args.toArray(new String[0]));
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void anAutoencoderMakesPictures() throws IOException {
    Cli result = sample("--vae", VAE, "--out", file("pictures"));
    assertThat(result.status()).as(result.err()).isZero();
    for (String name : List.of("00000-label1.png", "00001-label7.png")) {
      BufferedImage picture = ImageIO.read(folder.resolve("pictures").resolve(name).toFile());
      // Latents of 8 x 8 and an autoencoder of two levels.
      assertThat(picture.getWidth()).isEqualTo(16);
      assertThat(picture.getHeight()).isEqualTo(16);
    }
    assertThat(folder.resolve("pictures/grid.png")).isNotEmptyFile();
  }

  @Test
  void withoutOneTheRemedyIsNamed() {
    Cli result = sample("--out", file("pictures"));
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("samples latents", "--vae PATH", "--latents FILE");
    result = sample("--vae", VAE, "--latents", file("x.safetensors"));
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("--vae makes images for --out DIR");
  }

  @Test
  void anAutoencoderForOtherSamplesIsRefused() {
    Cli result =
        Cli.run("sample", "--labels", "1", "--steps", "2", "--vae", VAE, "--out", file("other"));
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("decodes latents of 4 channels", "samples 1");
  }

  @Test
  void bfloat16GivesAlmostTheSameLatents() throws IOException {
    float[] single = latents("float32");
    float[] half = latents("bfloat16");
    double difference = 0;
    double size = 0;
    for (int i = 0; i < single.length; i++) {
      difference += Math.pow(single[i] - half[i], 2);
      size += Math.pow(single[i], 2);
    }
    assertThat(Math.sqrt(difference / size)).isBetween(1e-6, 5e-2);
    assertThat(sample("--precision", "int8", "--latents", file("x")).err())
        .contains("--precision", "BFLOAT16");
  }

  private float[] latents(String precision) throws IOException {
    Path file = folder.resolve(precision);
    Cli result =
        sample("--precision", precision, "--policy", "interval:2", "--latents", file.toString());
    assertThat(result.status()).as(result.err()).isZero();
    try (SafetensorsFile samples = SafetensorsFile.open(file)) {
      assertThat(samples.metadata()).containsEntry("precision", precision);
      return samples.readFloats("samples");
    }
  }

  @Test
  void randomWeightsComeInBothFormats() throws IOException {
    List<float[]> latents = new ArrayList<>();
    for (String format : List.of("safetensors", "pt")) {
      String model = file("random." + format);
      Cli written = Cli.run("random-dit", "--config-name", "DiT-S/8", "--out", model);
      assertThat(written.status()).as(written.err()).isZero();
      Path file = folder.resolve(format + "-latents");
      Cli sampled =
          Cli.run(
              "sample",
              "--model",
              model,
              "--labels",
              "999",
              "--steps",
              "2",
              "--latents",
              file.toString());
      assertThat(sampled.status()).as(sampled.err()).isZero();
      try (SafetensorsFile samples = SafetensorsFile.open(file)) {
        assertThat(samples.info("samples").shape().getShape()).containsExactly(1, 4, 32, 32);
        latents.add(samples.readFloats("samples"));
      }
    }
    assertThat(latents.get(0)).containsExactly(latents.get(1)).doesNotContain(0, Float.NaN);
    Cli refused = Cli.run("random-dit", "--config-name", "DiT-M/2", "--out", file("x.safetensors"));
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err()).contains("DiT-M/2", "expected DiT-{S,B,L,XL}/{2,4,8}");
    refused = Cli.run("random-dit", "--config-name", "DiT-S/8", "--out", file("x.bin"));
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err()).contains("x.bin is of no known format", ".safetensors, .pt");
  }

  @Test
  @Tag("slow")
  void aModelOfHalfAGigabyte() throws IOException {
    String model = file("b.safetensors");
    assertThat(Cli.run("random-dit", "--config-name", "DiT-B/2", "--out", model).status()).isZero();
    Path file = folder.resolve("b-latents");
    Cli sampled =
        Cli.run(
            "sample",
            "--model",
            model,
            "--labels",
            "207",
            "--steps",
            "4",
            "--precision",
            "bfloat16",
            "--policy",
            "interval:2",
            "--latents",
            file.toString());
    assertThat(sampled.status()).as(sampled.err()).isZero();
    // 24 branches of 2 x 256 tokens of width 768.
    assertThat(sampled.out()).contains("CUR 50.0%", "cache at most 36.0 MiB");
    try (SafetensorsFile samples = SafetensorsFile.open(file)) {
      assertThat(samples.readFloats("samples")).hasSize(4 * 32 * 32).doesNotContain(Float.NaN);
    }
  }
}
