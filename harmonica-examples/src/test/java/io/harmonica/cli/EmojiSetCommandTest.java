package io.harmonica.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.harmonica.files.Pngs;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures and captions of a package of five emoji. */
final class EmojiSetCommandTest {
  private static final int SIZE = 64;

  @TempDir private Path folder;

  private Path npm() throws IOException {
    Path npm = Files.createDirectory(folder.resolve("package"));
    Files.writeString(
        npm.resolve("emoji.json"),
        "["
            + String.join(
                ",",
                entry("HEAVY BLACK HEART", "2764.png", "heart", "heart", true),
                entry("PURPLE HEART", "1f49c.png", "purple_heart", "heart", true),
                entry("TIGER", "1f405.png", "tiger2", "animal-mammal", true),
                entry("ROOSTER", "none.png", "rooster", "animal-bird", false),
                entry("FLAG", "flag.png", "flag-de", "country-flag", true))
            + "]");
    Path images = Files.createDirectories(npm.resolve("img/google/64"));
    draw(images.resolve("2764.png"), 0xffee0000);
    draw(images.resolve("1f49c.png"), 0xff8800cc);
    draw(images.resolve("1f405.png"), 0xffff9900);
    return npm;
  }

  private static String entry(
      String name, String image, String other, String group, boolean drawn) {
    return """
        {"name": "%s", "image": "%s", "short_names": ["%s"], "subcategory": "%s",
         "has_img_google": %s}"""
        .formatted(name, image, other, group, drawn);
  }

  /** Colour to the left, nothing to the right. */
  private static void draw(Path file, int argb) throws IOException {
    BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_ARGB);
    for (int i = 0; i < SIZE * SIZE / 2; i++) {
      image.setRGB(i / SIZE, i % SIZE, argb);
    }
    Pngs.write(image, file);
  }

  private Cli run(Path npm) {
    return Cli.run(
        "emoji-set", "--package", npm.toString(), "--out", folder.resolve("set").toString());
  }

  @Test
  void writesPicturesAndCaptions() throws IOException {
    PixArtCli.works(run(npm()));
    Path set = folder.resolve("set");
    assertThat(Files.readAllLines(set.resolve("captions.tsv")))
        .contains("2764.png\tan emoji of a heart", "2764.png\ta red heart")
        .contains("1f405.png\ttiger, an animal", "1f405.png\tan orange tiger")
        .noneMatch(line -> line.contains("purple") || line.contains("rooster"))
        .noneMatch(line -> line.contains("flag"));
    assertThat(Files.readAllLines(set.resolve("held-out.tsv")))
        .containsExactly(
            "2764.png\ta picture of a red heart, a heart",
            "1f49c.png\tpurple heart",
            "1f405.png\ta picture of an orange tiger, an animal");
    assertThat(Files.readAllLines(set.resolve("words.txt"))).contains("\u2581tiger", "\u2581an");
    BufferedImage picture = ImageIO.read(set.resolve("images/2764.png").toFile());
    assertThat(picture.getWidth()).isEqualTo(32);
    assertThat(picture.getRGB(0, 0)).isEqualTo(0xffee0000);
    assertThat(picture.getRGB(31, 31)).isEqualTo(0xffffffff);
  }

  @Test
  void refusesWhatIsNoPackage() throws IOException {
    Path npm = npm();
    Files.writeString(npm.resolve("emoji.json"), "{]");
    PixArtCli.assertRefused(run(npm), "emoji.json is no list of emoji");
    Files.delete(npm.resolve("emoji.json"));
    PixArtCli.assertRefused(run(npm), "emoji.json: no such file");
  }
}
