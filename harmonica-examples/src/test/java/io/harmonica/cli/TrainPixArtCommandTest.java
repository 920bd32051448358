package io.harmonica.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.harmonica.files.Pngs;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trains a text-to-image model of a few pixels for a few steps. */
final class TrainPixArtCommandTest {
  private static final int SIZE = 8;
  private static final List<String> COLOURS = List.of("red", "green", "blue", "white");
  private static final int[] RGB = {0xff0000, 0x00ff00, 0x0000ff, 0xffffff};
  private static final Path TOKENIZER = PixArtCli.PIPELINE.resolve("tokenizer/spiece.model");

  @TempDir private Path folder;
  private Path images;
  private Path captions;

  @BeforeEach
  void drawImages() throws IOException {
    images = Files.createDirectory(folder.resolve("images"));
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < RGB.length; i++) {
      BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
      int[] pixels = new int[SIZE * SIZE];
      Arrays.fill(pixels, RGB[i]);
      image.setRGB(0, 0, SIZE, SIZE, pixels, 0, SIZE);
      Pngs.write(image, images.resolve(COLOURS.get(i) + ".png"));
      lines.add(COLOURS.get(i) + ".png\ta " + COLOURS.get(i) + " sheet");
      lines.add(COLOURS.get(i) + ".png\t" + COLOURS.get(i));
    }
    captions = Files.write(folder.resolve("captions.tsv"), lines);
  }

  private Cli train(Path out, int epochs, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "train-pixart",
                "--images",
                images.toString(),
                "--captions",
                captions.toString(),
                "--out",
                out.toString(),
                "--epochs",
                Integer.toString(epochs),
                "--batch",
                "2",
                "--learning-rate",
                "0.003"));
    args.addAll(List.of(more));
    return Cli.run(args.toArray(new String[0]));
  }

  private String[] small() {
    return new String[] {
      "--tokenizer", TOKENIZER.toString(), "--width", "24", "--depth", "2", "--heads", "2"
    };
  }

  private static byte[] weights(Path pipeline) throws IOException {
    return Files.readAllBytes(pipeline.resolve("transformer/diffusion_pytorch_model.safetensors"));
  }

  @Test
  void theLossFallsAndThePipelineMakesPictures() throws IOException {
    Path model = folder.resolve("model");
    PixArtCli.works(train(model, 300, small()));
    List<String> curve = Files.readAllLines(folder.resolve("model.csv"));
    assertThat(curve).hasSize(6);
    assertThat(loss(curve.get(5))).isLessThan(0.7 * loss(curve.get(0)));

    Path out = folder.resolve("out");
    PixArtCli.works(
        PixArtCli.run(model, "sample", "--prompt", "a red sheet", "--steps", 8, "--out", out));
    BufferedImage image = ImageIO.read(out.resolve("00000-a-red-sheet.png").toFile());
    assertThat(image.getHeight()).isEqualTo(SIZE);
    assertThat(image.getWidth()).isEqualTo(SIZE);
  }

  private static double loss(String line) {
    return Double.parseDouble(line.substring(line.indexOf(',') + 1));
  }

  @Test
  void goesOnFromAPipeline() throws IOException {
    Path first = folder.resolve("first");
    PixArtCli.works(train(first, 2, small()));
    Path further = folder.resolve("further");
    PixArtCli.works(train(further, 1, "--init", first.toString()));
    assertThat(weights(further)).hasSameSizeAs(weights(first)).isNotEqualTo(weights(first));
    PixArtCli.assertRefused(
        train(further, 2, "--init", first.toString(), "--resume"), "further.checkpoint");
  }

  @Test
  void refusesWhatIsNoTrainingSet() throws IOException {
    Path model = folder.resolve("model");
    PixArtCli.assertRefused(train(model, 1), "--tokenizer FILE", "--init DIR");
    Files.writeString(captions, "red.png a red sheet\n");
    PixArtCli.assertRefused(train(model, 1, small()), "a tab and a caption");
    Files.writeString(captions, "missing.png\ta red sheet\n");
    PixArtCli.assertRefused(train(model, 1, small()), "missing.png");
    assertThat(model).doesNotExist();
  }
}
