package io.harmonica.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.harmonica.checkpoint.numpy.NpyType;
import io.harmonica.checkpoint.numpy.NpzWriter;
import io.harmonica.files.AtomicFiles;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Judging sets of images with a network of random weights. */
final class EvaluateCommandTest {
  private static final int COUNT = 12;
  private static final int SIDE = 16;
  private static final int IMAGE = 3 * SIDE * SIDE;

  @TempDir private static Path folder;
  private static Path weights;
  private static Path images;

  @BeforeAll
  static void prepare() throws IOException {
    weights = folder.resolve("inception.safetensors");
    assertThat(Cli.run("random-inception", "--out", weights.toString()).status()).isZero();
    images = npz("images.npz", pixels(1), List.of());
  }

  private static byte[] pixels(long seed) {
    byte[] pixels = new byte[COUNT * IMAGE];
    new Random(seed).nextBytes(pixels);
    return pixels;
  }

  private static Path npz(String name, byte[] pixels, List<NpzWriter.Array> more)
      throws IOException {
    Path file = folder.resolve(name);
    List<NpzWriter.Array> arrays = new ArrayList<>(more);
    if (pixels.length > 0) {
      List<Long> shape = List.of((long) pixels.length / IMAGE, (long) SIDE, (long) SIDE, 3L);
      arrays.add(new NpzWriter.Array("arr_0", NpyType.UINT8, shape, out -> out.write(pixels)));
    }
    AtomicFiles.write(file, out -> NpzWriter.write(out, arrays));
    return file;
  }

  private static Cli evaluate(Path samples, Path reference, String... more) {
    List<String> args = new ArrayList<>(List.of("evaluate", "--device", "cpu"));
    args.addAll(List.of("--samples", samples.toString(), "--reference", reference.toString()));
    if (!Arrays.asList(more).contains("--inception")) {
      args.addAll(List.of("--inception", weights.toString()));
    }
    args.addAll(Arrays.asList(more));
    return Cli.run(args.toArray(String[]::new));
  }

  private static void assertRefused(Cli result, String... parts) {
    assertThat(result.status()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).contains(parts);
    assertThat(result.err().lines().filter(line -> line.startsWith("harmonica: "))).hasSize(1);
    assertThat(result.out()).isEmpty();
  }

  private static JsonObject json(Path file) throws IOException {
    return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
  }

  @Test
  void theSameImagesInAFolderAreAtNoDistance() throws IOException {
    Path pngs = folder.resolve("pngs");
    writePngs(pngs, pixels(1));
    Path file = folder.resolve("same.json");
    Path kept = folder.resolve("kept");
    Cli first = evaluate(images, pngs, "--json", file.toString(), "--features", kept.toString());
    assertThat(first.status()).as(first.err()).isZero();
    assertThat(first.out())
        .contains("FID", "sFID", "Inception Score", "precision", "recall", "KID")
        .contains("12 samples are no more than the 2048 features");
    JsonObject scores = json(file);
    assertThat(scores.get("fid").getAsDouble()).isLessThan(1e-6);
    assertThat(scores.get("sfid").getAsDouble()).isLessThan(1e-6);
    assertThat(scores.get("precision").getAsDouble()).isEqualTo(1);
    assertThat(scores.get("recall").getAsDouble()).isEqualTo(1);
    assertThat(scores.get("inceptionScore").getAsDouble()).isBetween(1.0, 1008.0);
    assertThat(scores.get("kid").getAsDouble()).isLessThan(1e-6);
    for (String side : List.of("samples", "reference")) {
      assertThat(scores.getAsJsonObject(side).get("sha256").getAsString()).hasSize(64);
      assertThat(scores.getAsJsonObject(side).get("images").getAsInt()).isEqualTo(COUNT);
    }
    assertThat(scores.getAsJsonObject("inception").get("sha256").getAsString()).hasSize(64);
    assertThat(kept.toFile().list()).hasSize(2);

    byte[] before = Files.readAllBytes(file);
    Cli again = evaluate(images, pngs, "--json", file.toString(), "--features", kept.toString());
    assertThat(again.status()).isZero();
    assertThat(again.err()).as("features are not computed again").doesNotContain("images/s");
    assertThat(file).hasBinaryContent(before);
  }

  private static void writePngs(Path target, byte[] pixels) throws IOException {
    Files.createDirectories(target);
    for (int i = 0; i < COUNT; i++) {
      BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
      for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
        int at = i * IMAGE + 3 * pixel;
        int colour =
            (pixels[at] & 0xff) << 16 | (pixels[at + 1] & 0xff) << 8 | (pixels[at + 2] & 0xff);
        image.setRGB(pixel % SIDE, pixel / SIDE, colour);
      }
      ImageIO.write(image, "png", target.resolve("%02d.png".formatted(i)).toFile());
    }
  }

  @Test
  void publishedStatisticsServeWithoutImages() throws IOException {
    List<NpzWriter.Array> statistics = new ArrayList<>();
    statistics.addAll(standard("mu", "sigma", 2048));
    statistics.addAll(standard("mu_s", "sigma_s", 2023));
    Path reference = npz("statistics.npz", new byte[0], statistics);
    Path file = folder.resolve("statistics.json");
    Cli done = evaluate(images, reference, "--json", file.toString());
    assertThat(done.status()).as(done.err()).isZero();
    assertThat(done.out()).contains("precision, recall and KID are left out");
    JsonObject scores = json(file);
    assertThat(scores.get("fid").getAsDouble()).isPositive();
    assertThat(scores.get("precision").isJsonNull()).isTrue();
    assertThat(scores.get("kid").isJsonNull()).isTrue();
    assertThat(scores.getAsJsonObject("reference").get("publishedStatistics").getAsBoolean())
        .isTrue();
    Path partial = npz("partial.npz", new byte[0], standard("mu", "sigma", 2048));
    assertRefused(evaluate(images, partial), "partial.npz: holds no array mu_s");
    Path small = npz("small.npz", new byte[0], standard("mu", "sigma", 64));
    assertRefused(evaluate(images, small), "mu has 64 numbers and sigma 4096, expected 2048");
  }

  /** A standard normal distribution's mean and covariance. */
  private static List<NpzWriter.Array> standard(String mean, String covariance, int d) {
    ByteBuffer row = ByteBuffer.allocate(d * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return List.of(
        new NpzWriter.Array(
            mean, NpyType.FLOAT64, List.of((long) d), out -> out.write(row.array())),
        new NpzWriter.Array(
            covariance,
            NpyType.FLOAT64,
            List.of((long) d, (long) d),
            out -> identity(out, row.duplicate().order(ByteOrder.LITTLE_ENDIAN), d)));
  }

  private static void identity(OutputStream out, ByteBuffer row, int d) throws IOException {
    byte[] bytes = new byte[row.capacity()];
    for (int i = 0; i < d; i++) {
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putDouble(i * Double.BYTES, 1);
      out.write(bytes);
      Arrays.fill(bytes, (byte) 0);
    }
  }

  @Test
  void imagesAreJudgedAsTheyAreMade() throws IOException {
    Path file = folder.resolve("made.json");
    Cli done =
        Cli.run(
            "sample-set",
            "--steps",
            "2",
            "--count",
            "10",
            "--batch",
            "5",
            "--evaluate",
            images.toString(),
            "--inception",
            weights.toString(),
            "--json",
            file.toString());
    assertThat(done.status()).as(done.err()).isZero();
    assertThat(done.out()).contains("the samples are 28 x 28, the reference 16 x 16");
    assertThat(json(file).getAsJsonObject("samples").get("images").getAsInt()).isEqualTo(10);
    String[] alone = {
      "sample-set", "--steps", "2", "--count", "10", "--inception", weights.toString()
    };
    assertThat(Cli.run(alone).err()).contains("give --out FILE.npz, or --evaluate REFERENCE");
  }

  @Test
  void damagedArchives() throws IOException {
    byte[] whole = Files.readAllBytes(images);
    Path cut = Files.write(folder.resolve("cut.npz"), Arrays.copyOf(whole, whole.length / 2));
    assertRefused(evaluate(cut, images), "cut.npz: is no sound npz archive", "download or save");
    byte[] changed = whole.clone();
    changed[whole.length / 2] ^= 1;
    Path flipped = Files.write(folder.resolve("flipped.npz"), changed);
    Path kept = folder.resolve("of-flipped");
    assertRefused(evaluate(flipped, images, "--features", kept.toString()), "has another checksum");
    assertThat(kept.toFile().list()).as("the reference's features alone").hasSize(1);
    assertThat(kept.toFile().list()[0]).doesNotStartWith("unfinished");
    Path labels =
        npz(
            "labels.npz",
            new byte[0],
            List.of(
                new NpzWriter.Array(
                    "arr_0", NpyType.INT64, List.of(2L), out -> out.write(new byte[16]))));
    assertRefused(evaluate(labels, images), "arr_0 is [2] of <i8, expected images: uint8 of");
    Path few = npz("few.npz", Arrays.copyOf(pixels(1), 9 * IMAGE), List.of());
    assertRefused(evaluate(few, images), "few.npz: 9 images are too few to be judged");
  }

  @Test
  void foldersWithoutImagesOrWithSeveralSizes() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertRefused(evaluate(empty, images), "empty holds no .png or .jpg images");
    Path mixed = folder.resolve("mixed");
    writePngs(mixed, pixels(2));
    ImageIO.write(
        new BufferedImage(8, 9, BufferedImage.TYPE_INT_RGB),
        "png",
        mixed.resolve("05.png").toFile());
    assertRefused(evaluate(mixed, images), "05.png is 9 x 8", "00.png is 16 x 16; the images of");
    Files.writeString(mixed.resolve("05.png"), "no image");
    assertRefused(evaluate(mixed, images), "05.png is no image that can be read");
    byte[] png = Files.readAllBytes(mixed.resolve("04.png"));
    Files.write(mixed.resolve("05.png"), Arrays.copyOf(png, png.length / 2));
    assertRefused(evaluate(mixed, images), "05.png is no image that can be read");
    assertRefused(evaluate(folder.resolve("none"), images), "there is no such file or folder");
  }

  @Test
  void wrongWeights() throws IOException {
    Path text = Files.writeString(folder.resolve("text.pth"), "<html>");
    assertRefused(
        evaluate(images, images, "--inception", text.toString()), "text.pth: is a web page");
    String dit = "target/test-classes/goldens/dit-tiny/dit.safetensors";
    assertRefused(
        evaluate(images, images, "--inception", dit),
        "Conv2d_1a_3x3.conv.weight is missing",
        "and ",
        " more");
    assertRefused(evaluate(images, images, "--batch", "0"), "--batch is 0");
    assertRefused(
        Cli.run("evaluate", "--samples", images.toString(), "--reference", images.toString()),
        "give its weights, --inception WEIGHTS");
  }

  @Test
  void imagesAreScoredByTheirPrompts() throws IOException {
    Path clip = folder.resolve("clip");
    assertThat(Cli.run("random-clip", "--out", clip.toString()).status()).isZero();
    Path prompts = Files.writeString(folder.resolve("prompts.txt"), "a red bird\na boat\n");
    Path file = folder.resolve("clip.json");
    String kept = folder.resolve("of-clip").toString();
    Cli done = scored(clip, prompts, file, kept);
    assertThat(done.status()).as(done.err()).isZero();
    assertThat(done.out()).contains("CLIP score", "2 prompts");
    JsonObject scores = json(file);
    double score = scores.get("clipScore").getAsDouble();
    assertThat(score).isBetween(-100.0, 100.0);
    assertThat(scores.getAsJsonObject("clip").get("promptsSha256").getAsString()).hasSize(64);
    Files.writeString(prompts, "a boat\na red bird\n");
    assertThat(scored(clip, prompts, file, kept).status()).isZero();
    assertThat(json(file).get("clipScore").getAsDouble()).isNotEqualTo(score);

    assertRefused(
        evaluate(images, images, "--clip", clip.toString()),
        "give --clip FOLDER and --prompts FILE together");
    Files.writeString(prompts, "x\n".repeat(COUNT + 1));
    assertRefused(scored(clip, prompts, file, kept), "12 images for 13 prompts");
    Files.delete(clip.resolve("tokenizer.json"));
    assertRefused(
        scored(clip, prompts, file, kept), "tokenizer.json: there is no such file; download it");
  }

  private static Cli scored(Path clip, Path prompts, Path json, String kept) {
    return evaluate(
        images,
        images,
        "--clip",
        clip.toString(),
        "--prompts",
        prompts.toString(),
        "--json",
        json.toString(),
        "--features",
        kept);
  }
}
