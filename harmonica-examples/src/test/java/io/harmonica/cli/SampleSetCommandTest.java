package io.harmonica.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sets of images, interrupted and not. */
final class SampleSetCommandTest {
  private static final int COUNT = 60;
  private static final int HEADER = 128;

  @TempDir private Path folder;

  private String[] command(String out, String... more) {
    List<String> args = new ArrayList<>();
    args.addAll(List.of("sample-set", "--steps", "3", "--guidance", "2", "--sampler", "ddpm"));
    args.addAll(List.of("--seed", "5", "--batch", "2", "--count", Integer.toString(COUNT)));
    args.addAll(List.of("--out", folder.resolve(out).toString()));
    args.addAll(Arrays.asList(more));
    return args.toArray(String[]::new);
  }

  private static String[] with(String option, String value, String... args) {
    args[Arrays.asList(args).indexOf(option) + 1] = value;
    return args;
  }

  private static void assertDone(Cli result) {
    assertThat(result.status()).as(result.err()).isZero();
  }

  private static byte[] entry(Path npz, String name) throws IOException {
    try (ZipFile zip = new ZipFile(npz.toFile())) {
      ZipEntry entry = zip.getEntry(name);
      assertThat(entry.getMethod()).isEqualTo(ZipEntry.STORED);
      return zip.getInputStream(entry).readAllBytes();
    }
  }

  @Test
  void aKilledRunGoesOnToTheSameBytes() throws IOException, InterruptedException {
    Cli whole = Cli.run(command("whole.npz"));
    assertDone(whole);
    assertThat(whole.out()).contains("60 of 60 images to make", "grey as three equal colours");
    byte[] images = entry(folder.resolve("whole.npz"), "arr_0.npy");
    assertThat(new String(images, 0, HEADER, StandardCharsets.US_ASCII))
        .contains("'shape': (60, 28, 28, 3), }");
    assertThat(images).hasSize(HEADER + COUNT * 28 * 28 * 3);
    assertEveryImageDiffers(images);

    Path parts = folder.resolve("killed.npz.parts");
    Process process = CliProcess.start(folder.resolve("killed.log"), command("killed.npz"));
    CliProcess.await(process, () -> finished(parts) >= 4);
    process.destroyForcibly();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    int finished = finished(parts);
    assertThat(finished).as("killed on its way").isBetween(4, COUNT - 2);
    assertThat(folder.resolve("killed.npz")).doesNotExist();

    assertThat(Cli.run(command("killed.npz")).err()).contains("give --resume to go on");
    String[] other = with("--seed", "6", command("killed.npz", "--resume"));
    assertThat(Cli.run(other).err()).contains("begun with seed 5, this run has 6");
    Cli resumed = Cli.run(command("killed.npz", "--resume"));
    assertDone(resumed);
    assertThat(resumed.out()).contains((COUNT - finished) + " of 60 images to make");
    for (String ending : List.of(".npz", ".csv", ".json")) {
      assertThat(folder.resolve("killed" + ending))
          .hasSameBinaryContentAs(folder.resolve("whole" + ending));
    }
    assertThat(folder.toFile().list()).hasSize(7).contains("killed.log");
  }

  /** Noise and labels must not repeat from batch to batch. */
  private static void assertEveryImageDiffers(byte[] npy) {
    int size = 28 * 28 * 3;
    List<String> images = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      byte[] image = Arrays.copyOfRange(npy, HEADER + i * size, HEADER + (i + 1) * size);
      images.add(new String(image, StandardCharsets.ISO_8859_1));
    }
    assertThat(images).doesNotHaveDuplicates();
  }

  /** Images of the parts that are there, two in each. */
  private static int finished(Path parts) {
    String[] files = parts.toFile().list((folder, name) -> name.startsWith("part-"));
    return files == null ? 0 : 2 * files.length;
  }

  @Test
  void latentsGoThroughTheAutoencoder() throws IOException {
    String[] common = {
      "sample-set",
      "--model",
      "target/test-classes/goldens/dit-tiny/dit.safetensors",
      "--steps",
      "2",
      "--count",
      "3",
      "--batch",
      "2",
      "--policy",
      "interval:2",
      "--out",
      folder.resolve("latents.npz").toString()
    };
    Cli refused = Cli.run(common);
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err()).contains("samples latents", "--vae PATH");
    List<String> args = new ArrayList<>(Arrays.asList(common));
    args.addAll(List.of("--vae", "target/test-classes/goldens/pixart-tiny/vae"));
    Cli done = Cli.run(args.toArray(String[]::new));
    assertDone(done);
    assertThat(done.out()).contains("CUR 50.0%").doesNotContain("grey");
    byte[] images = entry(folder.resolve("latents.npz"), "arr_0.npy");
    assertThat(images).hasSize(HEADER + 3 * 16 * 16 * 3);
    byte[] labels = entry(folder.resolve("latents.npz"), "arr_1.npy");
    assertThat(labels).hasSize(HEADER + 3 * Long.BYTES);
    assertThat(Files.readAllLines(folder.resolve("latents.csv")).get(1))
        .isEqualTo("0,%d,label %d".formatted(labels[HEADER], labels[HEADER]));
    assertThat(Files.readString(folder.resolve("latents.json")))
        .contains("\"policy\": \"interval:2\"", "\"autoencoder_sha256\": \"")
        .doesNotContain("\"autoencoder_sha256\": \"\"");
    // It is not made twice, even if asked for.
    Cli again = Cli.run(args.toArray(String[]::new));
    assertThat(again.status()).isEqualTo(2);
    assertThat(again.err()).contains("is there already");
  }

  @Test
  void badInputIsNamed() {
    assertThat(Cli.run(command("x.zip")).err()).contains("--out is", "ending in .npz");
    assertThat(Cli.run(with("--batch", "0", command("x.npz"))).err()).contains("--batch 0");
    assertThat(Cli.run(with("--count", "2000000000", command("x.npz"))).err())
        .contains("2000000000 images take", "GB are free; choose another place");
    assertThat(folder).isEmptyDirectory();
  }
}
