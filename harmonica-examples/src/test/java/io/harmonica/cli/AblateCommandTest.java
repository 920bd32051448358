package io.harmonica.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.harmonica.cli.ablation.AblationPlan;
import io.harmonica.cli.ablation.VariantTraining;
import io.harmonica.cli.fashion.FashionMnist;
import io.harmonica.eval.BenchmarkSettings;
import io.harmonica.router.Router;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Ablations, calibration and training on images, as small as they can be. */
final class AblateCommandTest {
  private static final int IMAGES = 30;

  @TempDir private static Path folder;

  private static Path images;

  /** Grey noise in the format of Fashion-MNIST. */
  @BeforeAll
  static void makeImages() throws IOException {
    images = Files.createDirectory(folder.resolve("images"));
    byte[] pixels = new byte[IMAGES * 28 * 28];
    new Random(1).nextBytes(pixels);
    byte[] labels = new byte[IMAGES];
    for (int i = 0; i < IMAGES; i++) {
      labels[i] = (byte) (i % 10);
    }
    write("train-images-idx3-ubyte", pixels, 3, IMAGES, 28, 28);
    write("train-labels-idx1-ubyte", labels, 1, IMAGES);
  }

  private static void write(String name, byte[] values, int... header) throws IOException {
    ByteBuffer start = ByteBuffer.allocate(4 * header.length);
    start.putInt(0x0800 + header[0]);
    Arrays.stream(header).skip(1).forEach(start::putInt);
    try (OutputStream out = Files.newOutputStream(images.resolve(name))) {
      out.write(start.array());
      out.write(values);
    }
  }

  private static Cli ablate(String... more) {
    List<String> args = new ArrayList<>(List.of("ablate", "--steps", "4", "--seeds", "0,1"));
    args.addAll(List.of("--target-cur", "0.3", "--variants", "sdt,no-refinement"));
    args.addAll(List.of("--trajectories", "1", "--train-batch", "1", "--paper-trajectories", "1"));
    args.addAll(List.of("--paper-batch", "1", "--calibration", "1", "--samples", "3"));
    args.addAll(List.of("--batch", "2", "--l2c-updates", "2", "--l2c-batch", "2"));
    args.addAll(List.of("--weight-updates", "2"));
    args.addAll(List.of("--out", folder.resolve("ablation").toString()));
    args.addAll(Arrays.asList(more));
    return Cli.run(args.toArray(new String[0]));
  }

  @Test
  void trainsOnceAndComparesAtEqualReuse() throws IOException {
    Cli first = ablate("--images", images.toString());
    assertThat(first.status()).as(first.err()).isZero();
    Path out = folder.resolve("ablation");
    JsonObject results =
        JsonParser.parseString(Files.readString(out.resolve("results.json"))).getAsJsonObject();
    JsonArray rows = results.getAsJsonArray("rows");
    assertThat(rows)
        .extracting(row -> row.getAsJsonObject().get("name").getAsString())
        .containsExactly(
            "full", "interval:2", "learning-to-cache:30%", "sdt:30%", "no-refinement:30%");
    for (int i = 2; i < rows.size(); i++) {
      JsonObject row = rows.get(i).getAsJsonObject();
      assertThat(row.get("cur").getAsDouble()).isCloseTo(0.3, within(0.01));
      assertThat(row.get("mse").getAsDouble())
          .isBetween(row.get("mseLow").getAsDouble(), row.get("mseHigh").getAsDouble())
          .isPositive();
      JsonArray seeds = row.getAsJsonArray("mseOfSeeds");
      assertThat((seeds.get(0).getAsDouble() + seeds.get(1).getAsDouble()) / 2)
          .isCloseTo(row.get("mse").getAsDouble(), within(1e-6));
    }
    assertThat(Files.readAllLines(out.resolve("results.csv"))).hasSize(1 + rows.size());
    assertThat(Files.readString(out.resolve("report.html")))
        .contains("learning-to-cache:30%", "Trade-off");
    assertThat(out.resolve("routers-compared/report.html")).isNotEmptyFile();

    Cli second = ablate("--images", images.toString());
    assertThat(second.status()).isZero();
    assertThat(first.err()).contains("training sdt-30-seed1");
    assertThat(second.err()).doesNotContain("training ");

    Cli other = ablate("--refresh", "9");
    assertThat(other.status()).isEqualTo(2);
    assertThat(other.err()).contains("was trained with refresh_steps 500, this run has 9");
  }

  @Test
  void badAblationsAreRefused() {
    assertThat(ablate("--variants", "magic").err()).contains("variant \"magic\" is unknown");
    assertThat(ablate("--target-cur", "0.9").err()).contains("0.9");
    assertThat(ablate("--target-cur", "0.6", "--images", images.toString()).err())
        .contains("target 0.6 is beyond Learning-to-Cache");
    assertThat(ablate("--policy", "interval:2", "--policy", "interval:2").err())
        .contains("another rule is called \"interval:2\" too");
  }

  private static AblationPlan plan(String... options) {
    return CommandLine.populateCommand(new AblationOptions(), options)
        .plan("ddim", 2, new BenchmarkSettings(4, 10, 2, 1));
  }

  @Test
  void noVariantIsTrainedTwiceUnasked() {
    assertThat(plan().variants()).contains("harmonized").doesNotContain("no-refinement");
    assertThat(plan("--refine", "1").variants()).contains("harmonized", "no-refinement");
    assertThat(plan("--variants", "no-refinement").variants()).containsExactly("no-refinement");
  }

  @Test
  void batchesAndTrainingsOnImagesAreWorkToo() throws IOException {
    String[] one = {"--seeds", "0", "--target-cur", "0.3", "--variants", "sdt"};
    assertThat(new VariantTraining(null, plan(one), Optional.empty(), "").pieces()).isEqualTo(5);
    String[] six = {"--seeds", "0,1", "--target-cur", "0.3,0.4", "--variants", "sdt"};
    assertThat(new VariantTraining(null, plan(six), Optional.empty(), "").pieces()).isEqualTo(5);
    Optional<FashionMnist> data = Optional.of(FashionMnist.training(images));
    assertThat(new VariantTraining(null, plan(six), data, "").pieces()).isEqualTo(6);
  }

  @Test
  void imagesTrainARouterForATarget() throws IOException {
    Path file = folder.resolve("l2c.safetensors");
    String[] args = {
      "train-l2c",
      "--steps",
      "4",
      "--images",
      images.toString(),
      "--updates",
      "4",
      "--batch",
      "2",
      "--target-cur",
      "0.4",
      "--out",
      file.toString(),
      "--resume"
    };
    Cli result = Cli.run(args);
    assertThat(result.status()).as(result.err()).isZero();
    Router scores = Router.read(file);
    assertThat(scores.uncheckedPlan().cacheUtilisation()).isCloseTo(0.4, within(1e-9));
    assertThat(scores.uncheckedPlan().reused(2)).isZero();
    assertThat(scores.provenance().settings())
        .containsEntry("method", "learning-to-cache")
        .containsEntry("images", "" + IMAGES)
        .containsKey("images_sha256");
    assertThat(scores.provenance().guidance()).isEqualTo(1);

    args[10] = "0.6";
    assertThat(Cli.run(args).err()).contains("--target-cur is 0.6, expected 0 to 0.500");
  }

  @Test
  void calibrationServesItsRule() {
    String profile = folder.resolve("profile.safetensors").toString();
    Cli made = Cli.run("calibrate", "--steps", "6", "--batch", "2", "--out", profile);
    assertThat(made.status()).as(made.err()).isZero();
    Cli used =
        Cli.run(
            "sample",
            "--steps",
            "6",
            "--labels",
            "1",
            "--policy",
            "smoothcache:cur=0.4:" + profile,
            "--latents",
            folder.resolve("x.safetensors").toString());
    assertThat(used.status()).as(used.err()).isZero();
    assertThat(Cli.run("calibrate", "--steps", "6", "--batch", "0", "--out", profile).err())
        .contains("--batch is 0");
  }
}
