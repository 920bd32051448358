package io.harmonica.cli.report;

import io.harmonica.files.Pngs;
import java.awt.image.BufferedImage;
import java.util.Base64;
import java.util.Optional;

/** A section of a report: a heading, and below it whatever is added, in that order. */
public final class ReportSection {

  private final StringBuilder body = new StringBuilder();

  ReportSection() {}

  /**
   * Adds a paragraph.
   *
   * @param text plain text
   * @return this
   */
  public ReportSection text(String text) {
    return element("p", "", text);
  }

  /**
   * Adds a remark that is set apart, such as a limit of a measurement or a missing picture.
   *
   * @param text plain text
   * @return this
   */
  public ReportSection note(String text) {
    return element("p", " class=\"note\"", text);
  }

  /**
   * Adds a table.
   *
   * @param table the table as it is now
   * @return this
   */
  public ReportSection table(ReportTable table) {
    body.append(table.html());
    return this;
  }

  /**
   * Adds a picture, which becomes a part of the file. It is shown with two of its pixels for a CSS
   * pixel; where the screen is narrower, it shrinks a little and then scrolls sideways.
   *
   * @param image the picture
   * @param caption the text below it: what to see
   * @param alternative what the picture shows, for those who can't see it
   * @return this
   */
  public ReportSection figure(BufferedImage image, String caption, String alternative) {
    int width = Math.max(1, image.getWidth() / Canvas.PIXELS_PER_POINT);
    int height = Math.max(1, image.getHeight() / Canvas.PIXELS_PER_POINT);
    String data = Base64.getEncoder().encodeToString(Pngs.encode(image));
    body.append(
            "<figure>\n<div class=\"scroll paper\" role=\"region\" tabindex=\"0\" aria-label=\"")
        .append(Html.escape(caption))
        .append(
            "\"><img style=\"--width:%dpx\" width=\"%d\" height=\"%d\" alt=\""
                .formatted(width, width, height))
        .append(Html.escape(alternative))
        .append("\" src=\"data:image/png;base64,")
        .append(data)
        .append("\"></div>\n<figcaption>")
        .append(Html.escape(caption))
        .append("</figcaption>\n</figure>\n");
    return this;
  }

  /**
   * Adds a chart, or says why there is none.
   *
   * @param chart the chart; empty where nothing can be drawn
   * @param caption the text below it, which also stands for it where it can't be seen
   * @return this
   */
  public ReportSection chart(Optional<BufferedImage> chart, String caption) {
    if (chart.isPresent()) {
      return figure(chart.get(), caption, caption);
    }
    return note(Fonts.available() ? "Nothing to draw: " + caption : Fonts.REMEDY);
  }

  /** All that was added, as HTML. */
  String html() {
    return body.toString();
  }

  private ReportSection element(String name, String attributes, String text) {
    body.append('<').append(name).append(attributes).append('>');
    body.append(Html.escape(text)).append("</").append(name).append(">\n");
    return this;
  }
}
