package io.harmonica.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageGridTest {

  private static final int WHITE = 0xFFFFFF;
  private static final int MARGIN = 16;
  private static final int GAP = 4;

  @Test
  void enlargesEachPixelToASquareOfItsGrey() {
    float[] image = {-1, 1, 0, -0.5f};
    BufferedImage grid = ImageGrid.of(1, 2, 2).scale(3).draw(new float[][] {image});

    assertThat(grid.getWidth()).isEqualTo(6 + 2 * MARGIN);
    assertThat(grid.getHeight()).isEqualTo(6 + 2 * MARGIN);
    assertSquare(grid, MARGIN, MARGIN, 3, 0x000000);
    assertSquare(grid, MARGIN + 3, MARGIN, 3, 0xFFFFFF);
    assertSquare(grid, MARGIN, MARGIN + 3, 3, 0x808080);
    assertSquare(grid, MARGIN + 3, MARGIN + 3, 3, 0x404040);
    assertThat(rgb(grid, MARGIN - 1, MARGIN)).isEqualTo(WHITE);
  }

  @Test
  void readsColoursPlaneByPlane() {
    float[] image = {1, -1, /* green */ -1, 1, /* blue */ 0, -1};
    BufferedImage grid = ImageGrid.of(3, 1, 2).scale(2).draw(new float[][] {image});
    assertSquare(grid, MARGIN, MARGIN, 2, 0xFF0080);
    assertSquare(grid, MARGIN + 2, MARGIN, 2, 0x00FF00);
  }

  @Test
  void cutsOffWhatIsOutOfRangeAndShowsWhatIsBroken() {
    float[][] images = {{-7}, {3}, {Float.NaN}};
    BufferedImage grid = ImageGrid.of(1, 1, 1).scale(1).columns(3).draw(images);
    assertThat(rgb(grid, MARGIN, MARGIN)).isEqualTo(0x000000);
    assertThat(rgb(grid, MARGIN + 1 + GAP, MARGIN)).isEqualTo(0xFFFFFF);
    assertThat(rgb(grid, MARGIN + 2 * (1 + GAP), MARGIN)).isEqualTo(0xFF00FF);
  }

  @Test
  void fillsRowsInReadingOrder() {
    float[][] images = {{-1}, {-1}, {1}, {-1}, {0}};
    BufferedImage grid = ImageGrid.of(1, 1, 1).scale(2).columns(3).draw(images);
    assertThat(grid.getHeight()).isEqualTo(2 * MARGIN + 2 * 2 + GAP);
    assertThat(rgb(grid, MARGIN + 2 * (2 + GAP), MARGIN)).isEqualTo(0xFFFFFF);
    assertThat(rgb(grid, MARGIN, MARGIN + 2 + GAP)).isEqualTo(0x000000);
    assertThat(rgb(grid, MARGIN + 2 + GAP, MARGIN + 2 + GAP)).isEqualTo(0x808080);
  }

  @Test
  void captionsStandBelowTheirImagesAndNoWider() {
    assumeTrue(Fonts.available());
    float[][] images = {{-1}, {-1}, {-1}};
    ImageGrid grid = ImageGrid.of(1, 1, 1).scale(60).columns(2);
    int plain = grid.draw(images).getHeight();
    BufferedImage picture =
        grid.captions(List.of("short", "much longer than 60", "last")).draw(images);
    assertThat(picture.getHeight()).isEqualTo(plain + 2 * 26);
    assertSquare(picture, MARGIN, MARGIN, 60, 0x000000);
    assertThat(inked(picture, MARGIN, MARGIN + 60)).isTrue();
    assertThat(inked(picture, MARGIN + 60 + GAP, MARGIN + 60)).isTrue();
    // The ellipsis ends before the margin.
    assertThat(inked(picture, MARGIN + 2 * 60 + GAP, MARGIN + 60)).isFalse();
    assertThat(inked(picture, MARGIN, picture.getHeight() - MARGIN - 26)).isTrue();
  }

  @Test
  void columnLabelsStandAboveInLinesThatFit() {
    assumeTrue(Fonts.available());
    float[][] images = {{-1}, {-1}};
    ImageGrid grid = ImageGrid.of(1, 1, 1).scale(60).columns(2);
    int plain = grid.draw(images).getHeight();
    BufferedImage picture =
        grid.columnLabels(List.of("one", "a picture of many words")).draw(images);
    int above = picture.getHeight() - plain;
    assertThat(above).isGreaterThanOrEqualTo(2 * 20).isEqualTo(above / 20 * 20);
    assertSquare(picture, MARGIN, MARGIN + above, 60, 0x000000);
    // The last lines stand right above the images, the first line of the longer one at the top.
    assertThat(inked(picture, MARGIN, MARGIN + above - 26)).isTrue();
    assertThat(inked(picture, MARGIN, MARGIN - 8)).isFalse();
    assertThat(inked(picture, MARGIN + 60 + GAP, MARGIN - 8)).isTrue();
  }

  private static boolean inked(BufferedImage picture, int left, int top) {
    int right = Math.min(left + 60, picture.getWidth());
    for (int x = left; x < right; x++) {
      for (int y = top; y < top + 26; y++) {
        if (rgb(picture, x, y) != WHITE) {
          return true;
        }
      }
    }
    return false;
  }

  @Test
  void enlargesSmallImagesUnlessTold() {
    BufferedImage grid = ImageGrid.of(1, 28, 28).draw(new float[1][28 * 28]);
    assertThat(grid.getHeight()).isEqualTo(2 * MARGIN + 5 * 28);
  }

  @Test
  void labelsStandAtTheLeft() {
    float[][] images = {flat(16, -1), flat(16, -1)};
    ImageGrid grid = ImageGrid.of(1, 4, 4).scale(10).columns(1);
    BufferedImage plain = grid.draw(images);
    BufferedImage labelled = grid.rowLabels(List.of("first")).draw(images);

    int left = labelled.getWidth() - plain.getWidth();
    if (!Fonts.available()) {
      assertThat(left).isZero();
      return;
    }
    assertThat(left).isPositive();
    assertThat(rgb(labelled, left + MARGIN, MARGIN)).isEqualTo(0x000000);
    assertThat(hasInk(labelled, left, MARGIN, MARGIN + 40)).isTrue();
    assertThat(hasInk(labelled, left, MARGIN + 40 + GAP, MARGIN + 80 + GAP)).isFalse();
  }

  @Test
  void pairsStandAboveEachOtherAndClassesApart() {
    float[][] full = {{-1}, {-1}, {-1}, {-1}};
    float[][] cached = {{0}, {0}, {0}, {0}};
    BufferedImage grid =
        ImageGrid.of(1, 1, 1)
            .scale(40)
            .columns(2)
            .drawPaired(full, cached, "full", "cached", List.of("Bag", "Coat"));

    int x = grid.getWidth() - MARGIN - 1;
    int[] rows = {MARGIN, MARGIN + 40 + GAP, MARGIN + 80 + GAP + 25, MARGIN + 120 + 2 * GAP + 25};
    int[] greys = {0x000000, 0x808080, 0x000000, 0x808080};
    for (int i = 0; i < 4; i++) {
      assertSquare(grid, x - 39, rows[i], 40, greys[i]);
    }
    assertThat(grid.getHeight()).isEqualTo(rows[3] + 40 + MARGIN);
    int between = rows[1] + 40 + 12;
    assertThat(rgb(grid, MARGIN + 1, between)).isNotEqualTo(WHITE); // the rule
    assertThat(rgb(grid, MARGIN + 1, between - 8)).isEqualTo(WHITE);
  }

  @Test
  void refusesWhatItCannotDraw() {
    assertThatThrownBy(() -> ImageGrid.of(2, 8, 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("images need 1 or 3 channels, got 2");
    assertThatThrownBy(() -> ImageGrid.of(1, 0, 8)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ImageGrid.of(1, 2, 2).scale(0)).hasMessageContaining("scale");
    assertThatThrownBy(() -> ImageGrid.of(1, 2, 2).draw(new float[0][]))
        .hasMessage("images: no images to draw");
    assertThatThrownBy(() -> ImageGrid.of(1, 2, 2).draw(new float[][] {new float[5]}))
        .hasMessage("images: image 0 has 5 values, not 1 x 2 x 2");
    float[][] two = new float[2][1];
    assertThatThrownBy(
            () ->
                ImageGrid.of(1, 1, 1).columns(2).drawPaired(two, two, "a", "b", List.of("c", "d")))
        .hasMessage("2 classes of 2 images need 4, got 2 images of a");
  }

  private static void assertSquare(BufferedImage image, int x, int y, int side, int rgb) {
    for (int i = 0; i < side * side; i++) {
      int px = x + i % side;
      int py = y + i / side;
      assertThat(rgb(image, px, py)).as("pixel %d, %d", px, py).isEqualTo(rgb);
    }
  }

  private static boolean hasInk(BufferedImage image, int right, int top, int bottom) {
    for (int y = top; y < bottom; y++) {
      for (int x = 0; x < right; x++) {
        if (rgb(image, x, y) != WHITE) {
          return true;
        }
      }
    }
    return false;
  }

  private static float[] flat(int size, float value) {
    float[] image = new float[size];
    Arrays.fill(image, value);
    return image;
  }

  private static int rgb(BufferedImage image, int x, int y) {
    return image.getRGB(x, y) & 0xFFFFFF;
  }
}
