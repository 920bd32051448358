package io.harmonica.cli.emoji;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.checkpoint.tensor.Matrices;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.cli.classifier.ReferenceClassifier;
import io.harmonica.kernel.Precision;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.ImageRequest;
import io.harmonica.pipeline.Images;
import io.harmonica.pipeline.PipelineOptions;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The shipped text-to-image model paints what it is asked for. */
final class BundledTextTest {
  private static final long MOST_BYTES = 20_000_000;
  private static final int CENTRE = EmojiPicture.SIZE / 2;

  private static DiffusionPipeline open() throws IOException {
    return DiffusionPipeline.open(
        BundledText.folder(), PipelineOptions.defaults().device(Device.cpu()));
  }

  @Test
  void paintsColoursAndShapes() throws IOException {
    try (DiffusionPipeline pipeline = open()) {
      Images images =
          pipeline.sample(
              ImageRequest.prompts("a red square", "a blue circle", "a yellow circle")
                  .steps(10)
                  .guidance(BundledText.GUIDANCE));
      assertHue(images.image(0), 0);
      assertHue(images.image(1), 210);
      assertHue(images.image(2), 45);
      assertThat(new Color(images.image(1).getRGB(1, 1)).getGreen()).isGreaterThan(200);
      assertThat(painted(images.image(0))).isGreaterThan(painted(images.image(1)));
    }
  }

  /**
   * Prompts, text encoder, guidance, transformer and DPM-Solver++ as in diffusers: its classes ran
   * the same files from the same noise. The file says in which versions.
   */
  @Test
  void samplesAreThoseOfDiffusers() throws IOException {
    try (TensorSource golden =
            SafetensorsFile.open(
                Path.of("target/test-classes/goldens/emoji/diffusers.safetensors"));
        DiffusionPipeline pipeline =
            DiffusionPipeline.open(
                BundledText.folder(),
                PipelineOptions.defaults().device(Device.cpu()).textPrecision(Precision.FLOAT32))) {
      int size = 3 * EmojiPicture.SIZE * EmojiPicture.SIZE;
      Images images =
          pipeline.sample(
              ImageRequest.prompts(golden.metadata().get("prompts").split("; "))
                  .steps(20)
                  .guidance(3)
                  .noise(Matrices.rows(golden.readFloats("noise"), size)));
      float[] expected = golden.readFloats("samples");
      for (int i = 0; i < expected.length; i++) {
        assertThat(images.latents()[i / size][i % size]).isCloseTo(expected[i], within(1e-4f));
      }
    }
  }

  /** The share of pixels that are not near white. */
  private static double painted(BufferedImage image) {
    int size = EmojiPicture.SIZE;
    long painted =
        IntStream.range(0, size * size)
            .filter(i -> (image.getRGB(i % size, i / size) & 0xf0f0f0) != 0xf0f0f0)
            .count();
    return painted / (double) (size * size);
  }

  private static void assertHue(BufferedImage image, int degrees) {
    Color colour = new Color(image.getRGB(CENTRE, CENTRE));
    float[] found = Color.RGBtoHSB(colour.getRed(), colour.getGreen(), colour.getBlue(), null);
    double away = Math.abs(360 * found[0] - degrees);
    assertThat(Math.min(away, 360 - away)).as(colour.toString()).isLessThan(25);
  }

  @Test
  void isSmallAndHasACaptionForEveryImage() throws IOException {
    try (Stream<Path> files = Files.walk(BundledText.folder())) {
      assertThat(files.mapToLong(file -> file.toFile().length()).sum()).isLessThan(MOST_BYTES);
    }
    Map<String, Integer> training = BundledText.training();
    assertThat(training.keySet()).containsAll(BundledText.prompts());
    assertThat(training.keySet()).doesNotContain("purple heart");
    assertThat(BundledText.heldOut()).containsKey("purple heart");
    assertThat(training.values()).doesNotContain(BundledText.heldOut().get("purple heart"));
  }

  /** As often as a model must that is good enough to show something with. */
  @Test
  @Tag("slow")
  void paintsWhatCaptionsSay() throws IOException {
    List<String> all = BundledText.prompts();
    Map<String, Integer> classes = BundledText.training();
    List<String> asked = Stream.iterate(0, i -> i + 3).limit(80).map(all::get).toList();
    try (DiffusionPipeline pipeline = open();
        ReferenceClassifier judge = BundledText.classifier(pipeline.manager())) {
      float[][] images =
          pipeline
              .sample(
                  ImageRequest.prompts(asked.toArray(String[]::new))
                      .steps(20)
                      .guidance(BundledText.GUIDANCE))
              .pixels()
              .values();
      int[] right = asked.stream().mapToInt(classes::get).toArray();
      assertThat(Retrieval.of(judge.classifier().judge(images).likelihoods(), right, 1).share())
          .isGreaterThanOrEqualTo(0.6);
    }
  }
}
