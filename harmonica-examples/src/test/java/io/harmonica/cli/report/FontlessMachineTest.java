package io.harmonica.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.harmonica.files.Pngs;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Draws everything in a Java process whose fontconfig knows of no font. */
@EnabledOnOs(OS.LINUX)
class FontlessMachineTest {

  @TempDir private Path folder;

  @Test
  void everythingButTheChartsIsDrawn() throws IOException, InterruptedException {
    Path log = folder.resolve("log.txt");
    Process process = start(log);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();

    assumeTrue(Files.exists(folder.resolve("no-fonts")), "this Java runtime brings its own fonts");
    assertThat(Files.readString(log)).containsOnlyOnce("no fonts for Java");
    BufferedImage grid = ImageIO.read(folder.resolve("grid.png").toFile());
    assertThat(grid.getWidth()).isEqualTo(16 + 40 + 16); // no room is left for labels
    assertThat(grid.getRGB(16, 16)).isEqualTo(0xFF000000);
    BufferedImage map = ImageIO.read(folder.resolve("map.png").toFile());
    assertThat(map.getRGB(24 + 4, 24 + 4)).isEqualTo(Palette.SERIES.get(0).getRGB());
    assertThat(Files.readString(folder.resolve("report.html"))).contains("install fontconfig");
    assertThat(folder.resolve("chart.png")).doesNotExist();
  }

  private Process start(Path log) throws IOException {
    Path config = folder.resolve("fonts.conf");
    Files.writeString(config, "<?xml version=\"1.0\"?>\n<fontconfig></fontconfig>\n");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.awt.headless=true",
            "-Duser.home=" + folder, // where Java remembers the fonts it found
            "-cp",
            System.getProperty("java.class.path"),
            Drawing.class.getName(),
            folder.toString());
    builder.environment().put("FONTCONFIG_FILE", config.toString());
    return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }

  /** The program that runs without fonts. */
  static final class Drawing {

    private Drawing() {}

    public static void main(String[] args) throws IOException {
      Path folder = Path.of(args[0]);
      BufferedImage grid =
          ImageGrid.of(1, 1, 1)
              .scale(40)
              .columns(1)
              .drawPaired(
                  new float[][] {{-1}}, new float[][] {{1}}, "full", "cached", List.of("Bag"));
      Pngs.write(grid, folder.resolve("grid.png"));
      boolean[][] plan = {{true, true}, {true, false}};
      BufferedImage map = RouterHeatMap.draw(new float[2][2], plan, List.of("0 attn", "0 mlp"));
      Pngs.write(map, folder.resolve("map.png"));
      Optional<BufferedImage> chart = Curves.titled("Loss").line("a", new double[] {1, 2}).draw();
      if (chart.isPresent()) {
        Pngs.write(chart.get(), folder.resolve("chart.png"));
      }
      new HtmlReport("Report")
          .section("Loss", section -> section.note(Fonts.REMEDY))
          .write(folder.resolve("report.html"));
      if (!Fonts.available()) {
        Files.createFile(folder.resolve("no-fonts"));
      }
    }
  }
}
