package io.harmonica.cli.report;

import ai.djl.ndarray.types.Shape;
import io.harmonica.cli.report.Canvas.Anchor;
import io.harmonica.pipeline.ImageDecoder;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Draws many small images side by side, each pixel enlarged to a square so that they can be judged
 * one by one.
 *
 * <p>Images are flat arrays in [C, H, W] order with values in [-1, 1]: -1 is black, 1 is full
 * intensity, values outside are cut off. A pixel that is not a number shows as magenta, so that a
 * broken sample can't pass for a dark one. Settings may be changed between drawings; an instance is
 * not for use by several threads at once.
 */
public final class ImageGrid {

  private static final int MARGIN = 16;
  private static final int GAP = 4;
  private static final int GROUP_GAP = 25;
  private static final int TEXT_GAP = 20;
  private static final int LEAST_SIDE = 120;
  private static final int CAPTION_HEIGHT = 26;
  private static final int LINE = 20;
  private static final Font CAPTION = Fonts.plain(16);
  private static final Font LABEL = Fonts.plain(24);
  private static final Font GROUP = Fonts.bold(26);

  private final int channels;
  private final int height;
  private final int width;
  private int scale;
  private int columns = 8;
  private List<String> rowLabels = List.of();
  private List<String> captions = List.of();
  private List<String> columnLabels = List.of();

  /** One row of the grid. An empty group goes on with the group of the row above. */
  private record Row(
      String group,
      String label,
      List<float[]> images,
      List<String> captions,
      boolean startsGroup) {}

  private ImageGrid(int channels, int height, int width) {
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException("images need 1 or 3 channels, got " + channels);
    }
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException("images can't be " + height + " x " + width);
    }
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.scale = Math.max(1, (LEAST_SIDE + height - 1) / height);
  }

  /**
   * A grid of images of one shape, with 8 columns and small images enlarged to at least 120 pixels.
   *
   * @param channels C: 1 (grey) or 3 (red, green, blue)
   * @param height H in pixels
   * @param width W in pixels
   * @return the grid, to be set up further and drawn
   * @throws IllegalArgumentException if the shape is none of an image
   */
  public static ImageGrid of(int channels, int height, int width) {
    return new ImageGrid(channels, height, width);
  }

  /**
   * Sets how many pixels of the drawing a pixel of an image becomes, in each direction.
   *
   * @param scale the factor, at least 1
   * @return this
   * @throws IllegalArgumentException if it is not positive
   */
  public ImageGrid scale(int scale) {
    this.scale = positive("scale", scale);
    return this;
  }

  /**
   * Sets how many images stand in a row.
   *
   * @param columns the number, at least 1
   * @return this
   * @throws IllegalArgumentException if it is not positive
   */
  public ImageGrid columns(int columns) {
    this.columns = positive("columns", columns);
    return this;
  }

  /**
   * Sets the text at the left of each row of {@link #draw}. Rows beyond the list have none.
   *
   * @param labels one label for each row, from the top
   * @return this
   */
  public ImageGrid rowLabels(List<String> labels) {
    this.rowLabels = List.copyOf(labels);
    return this;
  }

  /**
   * Sets the text above each column, broken into lines where it is wider than an image. Columns
   * beyond the list have none.
   *
   * @param labels one label for each column, from the left
   * @return this
   */
  public ImageGrid columnLabels(List<String> labels) {
    this.columnLabels = List.copyOf(labels);
    return this;
  }

  /**
   * Sets the text below each image of {@link #draw}, cut off where it is wider than the image.
   * Images beyond the list have none.
   *
   * @param captions one caption for each image
   * @return this
   */
  public ImageGrid captions(List<String> captions) {
    this.captions = List.copyOf(captions);
    return this;
  }

  /**
   * Draws the images in reading order.
   *
   * @param images [n][C * H * W] in [-1, 1], n at least 1
   * @return the picture
   * @throws IllegalArgumentException if there are no images or one has another length
   */
  public BufferedImage draw(float[][] images) {
    check("images", images);
    List<Row> rows = new ArrayList<>();
    for (int from = 0; from < images.length; from += columns) {
      int index = from / columns;
      String label = index < rowLabels.size() ? rowLabels.get(index) : "";
      rows.add(new Row("", label, slice(List.of(images), from), slice(captions, from), false));
    }
    return draw(rows);
  }

  /**
   * Draws the sides of a comparison under each other, class by class.
   *
   * @param sides the images of each side by its label, each class's {@linkplain #columns row} of
   *     images after the other
   * @param classNames the classes
   * @return the picture
   * @throws IllegalArgumentException if a side has not a row of images for each class
   */
  public BufferedImage drawSides(Map<String, float[][]> sides, List<String> classNames) {
    int expected = classNames.size() * columns;
    sides.forEach(
        (label, images) -> {
          check(label, images);
          if (images.length != expected) {
            throw new IllegalArgumentException(
                "%d classes of %d images need %d, got %d images of %s"
                    .formatted(classNames.size(), columns, expected, images.length, label));
          }
        });
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < classNames.size(); i++) {
      String group = classNames.get(i);
      for (Map.Entry<String, float[][]> side : sides.entrySet()) {
        boolean first = !group.isEmpty();
        List<float[]> images = slice(List.of(side.getValue()), i * columns);
        rows.add(new Row(group, side.getKey(), images, List.of(), first && i > 0));
        group = "";
      }
    }
    return draw(rows);
  }

  /**
   * Draws two sides under each other, class by class.
   *
   * @param upper images of the upper rows
   * @param lower images of the lower rows
   * @param upperLabel names the upper rows
   * @param lowerLabel names the lower rows
   * @param classNames the classes
   * @return the picture
   * @throws IllegalArgumentException if a side has not a row of images for each class
   */
  public BufferedImage drawPaired(
      float[][] upper,
      float[][] lower,
      String upperLabel,
      String lowerLabel,
      List<String> classNames) {
    Map<String, float[][]> sides = new LinkedHashMap<>();
    sides.put(upperLabel, upper);
    sides.put(lowerLabel, lower);
    return drawSides(sides, classNames);
  }

  private BufferedImage draw(List<Row> rows) {
    int groupWidth = column(rows.stream().map(Row::group).toList(), GROUP);
    int labelWidth = column(rows.stream().map(Row::label).toList(), LABEL);
    int left = MARGIN + groupWidth + labelWidth;
    int shown = Math.min(columns, rows.get(0).images().size());
    int cellWidth = width * scale;
    boolean captioned = Fonts.available() && rows.stream().anyMatch(r -> !r.captions().isEmpty());
    int cellHeight = height * scale + (captioned ? CAPTION_HEIGHT : 0);
    long breaks = rows.stream().filter(Row::startsGroup).count();
    List<List<String>> headers =
        columnLabels.stream().limit(shown).map(h -> Canvas.broken(h, CAPTION, cellWidth)).toList();
    int headerHeight = LINE * headers.stream().mapToInt(List::size).max().orElse(0);
    int right = left + shown * (cellWidth + GAP) - GAP;
    int inside = rows.size() * (cellHeight + GAP) - GAP + (int) breaks * (GROUP_GAP - GAP);
    Canvas canvas = new Canvas(right + MARGIN, 2 * MARGIN + headerHeight + inside);
    int y = MARGIN + headerHeight;
    for (int i = 0; i < headers.size(); i++) {
      canvas.lines(headers.get(i), left + i * (cellWidth + GAP), y - GAP, LINE, CAPTION);
    }
    for (Row row : rows) {
      if (row.startsGroup()) {
        y += GROUP_GAP - GAP;
        double rule = y - GROUP_GAP / 2.0;
        canvas.line(Palette.RULE, MARGIN, rule, right, rule);
      }
      draw(row, canvas, left, y);
      y += cellHeight + GAP;
    }
    return canvas.finish();
  }

  /** Draws a row whose images begin at a place. */
  private void draw(Row row, Canvas canvas, int left, int y) {
    double middle = y + height * scale / 2.0;
    canvas.text(row.group(), MARGIN, middle, Anchor.LEFT, GROUP, Palette.INK);
    canvas.text(row.label(), left - TEXT_GAP, middle, Anchor.RIGHT, LABEL, Palette.MUTED);
    for (int i = 0; i < row.images().size(); i++) {
      int x = left + i * (width * scale + GAP);
      canvas.picture(picture(row.images().get(i)), x, y, scale);
      if (i < row.captions().size()) {
        String caption = Canvas.cut(row.captions().get(i), CAPTION, width * scale);
        double below = y + height * scale + CAPTION_HEIGHT / 2.0;
        canvas.text(caption, x, below, Anchor.LEFT, CAPTION, Palette.MUTED);
      }
    }
  }

  private static int column(List<String> texts, Font font) {
    int width = Canvas.widthOf(texts, font);
    return width == 0 ? 0 : width + TEXT_GAP;
  }

  /**
   * Draws one image as it is: pixel by pixel, without margin.
   *
   * @param image [C * H * W] in [-1, 1]
   * @return the picture, H pixels high and W wide
   * @throws IllegalArgumentException if it has another length
   */
  public BufferedImage picture(float[] image) {
    check("image", new float[][] {image});
    return ImageDecoder.Pixels.picture(new Shape(channels, height, width), image);
  }

  private <T> List<T> slice(List<T> all, int from) {
    return all.subList(Math.min(all.size(), from), Math.min(all.size(), from + columns));
  }

  private void check(String name, float[][] images) {
    if (images.length == 0) {
      throw new IllegalArgumentException(name + ": no images to draw");
    }
    int size = channels * height * width;
    for (int i = 0; i < images.length; i++) {
      if (images[i].length != size) {
        throw new IllegalArgumentException(
            "%s: image %d has %d values, not %d x %d x %d"
                .formatted(name, i, images[i].length, channels, height, width));
      }
    }
  }

  private static int positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be positive, got " + value);
    }
    return value;
  }
}
