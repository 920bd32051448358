package io.harmonica.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.harmonica.cli.emoji.PixArtParts;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trains a text-to-image model of a few pixels for a few steps. */
final class TrainPixArtCommandTest {
  private static final Path TOKENIZER = PixArtCli.PIPELINE.resolve("tokenizer/spiece.model");

  @TempDir private Path folder;
  private ColourSheets sheets;

  @BeforeEach
  void drawImages() throws IOException {
    sheets = ColourSheets.draw(folder);
  }

  private Cli train(Path out, int epochs, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "train-pixart",
                "--images",
                sheets.images().toString(),
                "--captions",
                sheets.captions().toString(),
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

  private String[] small(String... more) {
    List<String> args = new ArrayList<>(List.of("--tokenizer", TOKENIZER.toString()));
    args.addAll(List.of("--width", "24", "--depth", "2", "--heads", "2"));
    args.addAll(List.of(more));
    return args.toArray(new String[0]);
  }

  private static Path weightsFile(Path pipeline) {
    return pipeline.resolve("transformer/diffusion_pytorch_model.safetensors");
  }

  private static byte[] weights(Path pipeline) throws IOException {
    return Files.readAllBytes(weightsFile(pipeline));
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
    assertThat(image.getHeight()).isEqualTo(ColourSheets.SIZE);
    assertThat(image.getWidth()).isEqualTo(ColourSheets.SIZE);
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
  void writesAModelThatWasSavedAndNoMore() throws IOException {
    Path model = folder.resolve("model");
    PixArtCli.works(train(model, 2, small()));
    byte[] trained = weights(model);
    Files.delete(weightsFile(model)); // as where a run was killed between the two
    PixArtCli.works(train(model, 2, small("--resume")));
    assertThat(weights(model)).isEqualTo(trained);
  }

  @Test
  void aTrainingThatCannotGoOnLeavesThePipelineAsItIs() throws IOException {
    Path model = folder.resolve("model");
    PixArtCli.works(train(model, 2, small()));
    Path other = folder.resolve("other");
    PixArtCli.works(train(other, 1, small("--seed", "2")));
    Map<Path, Integer> before = hashes(model);
    PixArtCli.assertRefused(train(model, 2, small("--resume", "--seed", "2")), "saved with");
    PixArtCli.assertRefused(
        train(model, 2, small("--resume", "--caption-tokens", "8")), "8 tokens", "have 16");
    PixArtCli.assertRefused(
        train(model, 2, "--init", other.toString(), "--resume"), "which the training began with");
    PixArtCli.assertRefused(
        train(other, 1, "--init", model.toString(), "--depth", "2"), "leave them out with --init");
    PixArtCli.assertRefused(
        train(model, 2, "--tokenizer", sheets.captions().toString()), "captions");
    assertThat(hashes(model)).isEqualTo(before);
  }

  private static Map<Path, Integer> hashes(Path folder) throws IOException {
    Map<Path, Integer> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        hashes.put(file, Arrays.hashCode(Files.readAllBytes(file)));
      }
    }
    return hashes;
  }

  @Test
  void aTrainingThatBeginsAnewIsNoPipelineUntilItIsSaved() throws IOException {
    Path model = folder.resolve("model");
    PixArtCli.works(train(model, 1, small()));
    new PixArtParts(model).drawText(TOKENIZER, 16, 2);
    PixArtCli.assertRefused(
        PixArtCli.run(
            model, "sample", "--prompt", "red", "--steps", 2, "--latents", folder.resolve("x")),
        "model");
    assertThat(model.resolve("model_index.json")).doesNotExist();
    PixArtCli.works(train(model, 1, small()));
    PixArtCli.works(train(model, 1, "--init", model.toString()));
    assertThat(model.resolve("model_index.json")).exists();
  }

  @Test
  void refusesWhatIsNoTrainingSet() throws IOException {
    Path model = folder.resolve("model");
    PixArtCli.assertRefused(train(model, 1), "--tokenizer FILE", "--init DIR");
    PixArtCli.assertRefused(
        train(model, 1, small("--checkpoint-every", "150")), "150", "a multiple of 100");
    Files.writeString(sheets.captions(), "red.png a red sheet\n");
    PixArtCli.assertRefused(train(model, 1, small()), "a tab and a caption");
    Files.writeString(sheets.captions(), "missing.png\ta red sheet\n");
    PixArtCli.assertRefused(train(model, 1, small()), "missing.png");
    assertThat(model).doesNotExist();
  }
}
