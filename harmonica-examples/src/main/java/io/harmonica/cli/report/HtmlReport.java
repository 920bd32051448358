package io.harmonica.cli.report;

import io.harmonica.files.AtomicFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A report in one HTML file that opens anywhere: pictures and style lie within it, it has no script
 * and forbids the browser to load anything. It follows the reader's choice of a light or dark
 * screen, fits phones, and can be printed.
 *
 * <pre>{@code
 * new HtmlReport("Learned caching on a small DiT")
 *     .lead("A router trained in four minutes makes sampling 1.6 times faster.")
 *     .keyFigure("Speed-up", "1.62", "x", "median of 5 runs")
 *     .section("Samples", section -> section.figure(picture, "Full above cached.", "Two rows ..."))
 *     .provenance("Seed", "7")
 *     .write(Path.of("report.html"));
 * }</pre>
 *
 * <p>All text is plain and is escaped. Parts appear in a fixed order: title, lead, key figures,
 * sections, provenance; within a part in the order in which they were added.
 */
public final class HtmlReport {

  private static final String STYLE = "report.css";

  private final String title;
  private final List<KeyFigure> keyFigures = new ArrayList<>();
  private final Map<String, ReportSection> sections = new LinkedHashMap<>();
  private final Map<String, String> provenance = new LinkedHashMap<>();
  private String lead = "";

  /**
   * An empty report.
   *
   * @param title its title, also that of the browser's window
   */
  public HtmlReport(String title) {
    this.title = title;
  }

  /**
   * Sets the paragraph below the title, which says what came out.
   *
   * @param text plain text
   * @return this
   */
  public HtmlReport lead(String text) {
    lead = text;
    return this;
  }

  /**
   * Adds a tile with a number.
   *
   * @param label what it is
   * @param value the number as it is to be read
   * @param unit its unit, may be empty
   * @param note what it is compared with or how sure it is, may be empty
   * @return this
   */
  public HtmlReport keyFigure(String label, String value, String unit, String note) {
    return keyFigure(new KeyFigure(label, value, unit, note));
  }

  /**
   * Adds a tile with a number.
   *
   * @param figure the number
   * @return this
   */
  public HtmlReport keyFigure(KeyFigure figure) {
    keyFigures.add(figure);
    return this;
  }

  /**
   * Adds a section.
   *
   * @param heading its heading, which no other section has
   * @param content fills the section; called once, before this method returns
   * @return this
   * @throws IllegalArgumentException if there is a section with this heading
   */
  public HtmlReport section(String heading, Consumer<ReportSection> content) {
    ReportSection section = new ReportSection();
    if (sections.putIfAbsent(heading, section) != null) {
      throw new IllegalArgumentException("there are two sections called " + heading);
    }
    content.accept(section);
    return this;
  }

  /**
   * Adds a line to the last section, which says how the numbers came about: versions, seeds,
   * settings, the machine. A key that is there already gets the new value.
   *
   * @param key what it is
   * @param value its value
   * @return this
   */
  public HtmlReport provenance(String key, String value) {
    provenance.put(key, value);
    return this;
  }

  /**
   * The whole document.
   *
   * @return HTML, to be stored as UTF-8
   */
  public String html() {
    StringBuilder out = new StringBuilder();
    out.append(
            """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" \
            content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <link rel="icon" href="data:,">
            """)
        .append("<title>")
        .append(Html.escape(title))
        .append("</title>\n<style>\n")
        .append(style())
        .append("</style>\n</head>\n<body>\n<main>\n");
    appendHeader(out);
    int number = 0;
    for (Map.Entry<String, ReportSection> section : sections.entrySet()) {
      number++;
      appendSection(out, "section-" + number, section.getKey(), section.getValue().html());
    }
    if (!provenance.isEmpty()) {
      appendSection(out, "provenance", "Provenance", provenanceHtml());
    }
    return out.append("</main>\n</body>\n</html>\n").toString();
  }

  /**
   * Writes the document as a whole or not at all: to a temporary file beside it, which is then
   * moved. Creates the folder if it is missing.
   *
   * @param file the file to create or replace
   * @throws IOException if it can't be written; an old file is untouched then
   */
  public void write(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    AtomicFiles.writeString(file, html());
  }

  private void appendHeader(StringBuilder out) {
    out.append("<header>\n<h1>").append(Html.escape(title)).append("</h1>\n");
    if (!lead.isEmpty()) {
      out.append("<p class=\"lead\">").append(Html.escape(lead)).append("</p>\n");
    }
    if (!keyFigures.isEmpty()) {
      out.append("<dl class=\"tiles\">\n");
      for (KeyFigure figure : keyFigures) {
        appendTile(out, figure);
      }
      out.append("</dl>\n");
    }
    out.append("</header>\n");
  }

  private static void appendTile(StringBuilder out, KeyFigure figure) {
    out.append("<div><dt>").append(Html.escape(figure.label())).append("</dt>");
    out.append("<dd class=\"value\">").append(Html.escape(figure.value()));
    if (!figure.unit().isEmpty()) {
      out.append(" <span class=\"unit\">").append(Html.escape(figure.unit())).append("</span>");
    }
    out.append("</dd>");
    if (!figure.note().isEmpty()) {
      out.append("<dd class=\"remark\">").append(Html.escape(figure.note())).append("</dd>");
    }
    out.append("</div>\n");
  }

  private static void appendSection(StringBuilder out, String id, String heading, String body) {
    out.append("<section aria-labelledby=\"").append(id).append("\">\n<h2 id=\"").append(id);
    out.append("\">").append(Html.escape(heading)).append("</h2>\n");
    out.append(body).append("</section>\n");
  }

  private String provenanceHtml() {
    StringBuilder out = new StringBuilder("<dl class=\"facts\">\n");
    provenance.forEach(
        (key, value) ->
            out.append("<div><dt>")
                .append(Html.escape(key))
                .append("</dt><dd>")
                .append(Html.escape(value))
                .append("</dd></div>\n"));
    return out.append("</dl>\n").toString();
  }

  private static String style() {
    try (InputStream in = HtmlReport.class.getResourceAsStream(STYLE)) {
      if (in == null) {
        throw new IllegalStateException(STYLE + " is missing beside " + HtmlReport.class.getName());
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
