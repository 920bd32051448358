package io.harmonica.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {

  private static final String EVIL = "<script>alert('x')</script> & \"y\"";
  private static final String ESCAPED =
      "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;y&quot;";

  @TempDir private Path folder;

  @Test
  void escapesEveryTextItIsGiven() {
    String html =
        new HtmlReport(EVIL)
            .lead(EVIL)
            .keyFigure(EVIL, EVIL, EVIL, EVIL)
            .section(
                EVIL,
                section ->
                    section
                        .text(EVIL)
                        .note(EVIL)
                        .table(ReportTable.of(EVIL, EVIL).row(EVIL).highlightedRow(EVIL))
                        .figure(picture(), EVIL, EVIL))
            .provenance(EVIL, EVIL)
            .html();
    assertThat(html).doesNotContain("<script", "alert('x')");
    // title twice, lead, tile 4, heading, text, note, table 5, figure 3, provenance 2
    assertThat(html.split(Pattern.quote(ESCAPED), -1)).hasSize(20 + 1);
  }

  @Test
  void embedsPicturesAsTheyAre() throws IOException {
    String html =
        new HtmlReport("Title")
            .section("Samples", section -> section.figure(picture(), "Caption.", "Two squares"))
            .html();
    Matcher matcher =
        Pattern.compile("alt=\"Two squares\" src=\"data:image/png;base64,([^\"]+)\"").matcher(html);
    assertThat(matcher.find()).isTrue();
    byte[] png = Base64.getDecoder().decode(matcher.group(1));
    BufferedImage decoded = ImageIO.read(new ByteArrayInputStream(png));
    assertThat(decoded.getRGB(39, 0)).isEqualTo(0xFF123456);
    assertThat(html).contains("width=\"20\" height=\"10\"", "<figcaption>Caption.</figcaption>");
  }

  @Test
  void refersToNothingOutside() {
    String html = full().html();
    assertThat(html).doesNotContain("http://", "https://", "@import", "url(", "<script", "<iframe");
    assertThat(attributes(html, "(?:src|href)")).isNotEmpty().allMatch(v -> v.startsWith("data:"));
    assertThat(html).contains("default-src 'none'");
  }

  @Test
  void headingsFormAnOutline() {
    String html = full().html();
    List<String> headings = new ArrayList<>();
    Matcher matcher = Pattern.compile("<(h\\d)[^>]*>([^<]*)").matcher(html);
    while (matcher.find()) {
      headings.add(matcher.group(1) + " " + matcher.group(2));
    }
    assertThat(headings)
        .containsExactly("h1 Learned caching", "h2 Samples", "h2 Policies", "h2 Provenance");
    assertThat(attributes(html, "aria-labelledby"))
        .isEqualTo(attributes(html, " id"))
        .doesNotHaveDuplicates();
    assertThat(html).contains("<html lang=\"en\">", "<meta name=\"viewport\"");
  }

  @Test
  void followsTheScreen() {
    assertThat(new HtmlReport("Title").html())
        .contains("color-scheme: light dark", "prefers-color-scheme: dark", "@media print");
  }

  @Test
  void leavesOutWhatIsNotThere() {
    String html = new HtmlReport("Title").keyFigure("a", "1", "", "").html();
    assertThat(html).contains("<dd class=\"value\">1</dd></div>");
    assertThat(html).doesNotContain("class=\"lead\"", "Provenance", "<section");
  }

  @Test
  void writesTheWholeFileAndNothingElse() throws IOException {
    Path file = folder.resolve("out/report.html");
    HtmlReport report = full().lead("Größe × 2");
    report.write(file);
    report.write(file);
    assertThat(Files.readString(file)).isEqualTo(report.html()).contains("Größe × 2");
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void failedWriteKeepsTheOldReport() throws IOException {
    Path blocked = Files.writeString(folder.resolve("file"), "not a folder");
    assertThatThrownBy(() -> full().write(blocked.resolve("report.html")))
        .isInstanceOf(IOException.class);
    assertThat(Files.readString(blocked)).isEqualTo("not a folder");
  }

  @Test
  void refusesTwoSectionsOfOneName() {
    HtmlReport report = new HtmlReport("Title").section("Samples", section -> {});
    assertThatThrownBy(() -> report.section("Samples", section -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there are two sections called Samples");
  }

  @Test
  void charactersThatHtmlForbidsAreReplaced() {
    assertThat(Html.escape("a\u0000b\u0007c\nd\ud800e")).isEqualTo("a\ufffdb\ufffdc\nd\ufffde");
    assertThat(Html.escape("\u00d7 \ud83d\ude00")).isEqualTo("\u00d7 \ud83d\ude00");
  }

  private static HtmlReport full() {
    return new HtmlReport("Learned caching")
        .lead("Faster.")
        .keyFigure("Speed-up", "1.62", "x", "median of 5")
        .section("Samples", section -> section.figure(picture(), "Caption.", "Two squares"))
        .section("Policies", section -> section.table(ReportTable.of("All", "Policy").row("full")))
        .provenance("Seed", "7");
  }

  private static BufferedImage picture() {
    BufferedImage picture = new BufferedImage(40, 20, BufferedImage.TYPE_INT_RGB);
    picture.setRGB(39, 0, 0x123456);
    return picture;
  }

  private static List<String> attributes(String html, String name) {
    List<String> values = new ArrayList<>();
    Matcher matcher = Pattern.compile(name + "=\"([^\"]*)\"").matcher(html);
    while (matcher.find()) {
      values.add(matcher.group(1));
    }
    return values;
  }
}
