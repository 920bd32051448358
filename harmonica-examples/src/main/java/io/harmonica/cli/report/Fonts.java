package io.harmonica.cli.report;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out once whether Java can draw text here. Small container images often have no fonts, or no
 * fontconfig or FreeType library to find them with, and then the first measured string fails with
 * an error from deep inside the JDK.
 */
public final class Fonts {

  /** What a user without fonts can do, as a sentence for a message or a report. */
  public static final String REMEDY =
      "This machine has no fonts for Java to draw text with: install fontconfig and a font such as"
          + " DejaVu (Debian and Ubuntu: apt-get install fontconfig fonts-dejavu-core).";

  private static final Logger log = LoggerFactory.getLogger(Fonts.class);

  private Fonts() {}

  /**
   * Whether text can be drawn. The first call tries, and logs a warning with {@link #REMEDY} if it
   * fails; later calls repeat its answer.
   *
   * @return true if strings can be measured and drawn
   */
  public static boolean available() {
    return Probe.AVAILABLE;
  }

  /** The sans-serif font of this machine; size in image pixels. */
  static Font plain(int size) {
    return new Font(Font.SANS_SERIF, Font.PLAIN, size);
  }

  /** The bold sans-serif font of this machine; size in image pixels. */
  static Font bold(int size) {
    return new Font(Font.SANS_SERIF, Font.BOLD, size);
  }

  private static final class Probe {

    static final boolean AVAILABLE = probe();

    private static boolean probe() {
      Graphics2D graphics = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB).createGraphics();
      try {
        int width = graphics.getFontMetrics(plain(12)).stringWidth("0");
        graphics.setFont(plain(12));
        graphics.drawString("0", 0, 8);
        return width > 0;
      } catch (RuntimeException | InternalError | LinkageError e) {
        // No font file; no fontconfig; no FreeType library: each fails in its own way.
        log.warn("{} The cause: {}", REMEDY, rootCause(e).toString());
        return false;
      } finally {
        graphics.dispose();
      }
    }

    private static Throwable rootCause(Throwable e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      return cause;
    }
  }
}
